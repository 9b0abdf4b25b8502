/** How much a shop loads: the core, which is the flow and the memory store, without providers and dependencies. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export const CORE_LIMIT = 16 * 1024

/**
 * What is imported by a call is loaded by a shop that needs it, and by no other: what a durable store keeps and runs
 * again, mode `observe`, health checks. So it is left out, as it is of what a shop with `memoryStore()` loads.
 */
const onDemand = {
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined))
  },
}

/** Bytes of the core, minified and compressed. */
export async function checkSize(root) {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { createReceiver, paymentWebhook, memoryStore, RetryLater } from './dist/esm/index.js'",
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [onDemand],
  })
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length
  assert.ok(size <= CORE_LIMIT, `the core has ${size} bytes`)
  return size
}
