/** How much a shop loads: the core, which is the flow and the memory store, without providers and dependencies. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export const CORE_LIMIT = 20 * 1024

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
  })
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length
  assert.ok(size <= CORE_LIMIT, `the core has ${size} bytes`)
  return size
}
