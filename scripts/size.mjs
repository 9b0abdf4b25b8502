/**
 * Measures how much a shop loads: the core (the flow and the memory store) without dependencies, and the addition of a provider.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export const CORE_LIMIT = 16 * 1024

/**
 * Modules that are imported by a call are loaded only by shops that need them: for kept events, mode `observe`, health
 * checks. A shop with `memoryStore()` does not load them, so they do not count.
 */
const onDemand = {
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined))
  },
}

/** The core's size in bytes, minified and compressed. */
export async function checkSize(root) {
  const size = await sizeOf(
    root,
    "export { createReceiver, paymentWebhook, memoryStore, RetryLater } from './dist/esm/index.js'",
  )
  assert.ok(size <= CORE_LIMIT, `the core has ${size} bytes`)
  return size
}

export const PROVIDER_LIMIT = 3 * 1024

/** The modules with which a custom provider is written. */
const PUBLIC = ['index.js', 'formats/index.js', 'keys/index.js', 'read-back/index.js']

/** A module that this many providers import does not count for a single one. */
const SHARED_BY = 3

/**
 * The bytes that each provider adds to the core, to the modules for custom providers, and to modules that several providers
 * share. For a provider with several exports, the largest export counts.
 *
 * @returns the largest provider, by name
 */
export async function checkProviderSizes(root) {
  const esm = join(root, 'dist/esm')
  const names = readdirSync(join(esm, 'providers'))
  const base = [...PUBLIC, ...sharedModules(esm, names)].map((path) => `export * from './dist/esm/${path}'`).join('\n')
  const without = await sizeOf(root, base)
  const sizes = []
  for (const name of names) {
    const path = `./dist/esm/providers/${name}/index.js`
    for (const exported of Object.keys(await import(join(root, path)))) {
      const added = (await sizeOf(root, `${base}\nexport { ${exported} } from '${path}'`)) - without
      sizes.push({ name: exported, added })
    }
  }
  const tooLarge = sizes
    .filter(({ added }) => added > PROVIDER_LIMIT)
    .map(({ name, added }) => `${name}: ${added} bytes`)
  assert.deepEqual(tooLarge, [])
  assert.ok(sizes.length >= names.length)
  return sizes.reduce((largest, one) => (one.added > largest.added ? one : largest))
}

function sharedModules(esm, providers) {
  const importers = new Map()
  for (const provider of providers) {
    const folder = join(esm, 'providers', provider)
    const files = readdirSync(folder).filter((file) => file.endsWith('.js'))
    const imported = files.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^import .*from '(\.\.\/\.\.\/[^']+)'/gm)].map(([, path]) =>
        resolve(folder, path).slice(esm.length + 1),
      ),
    )
    for (const path of new Set(imported)) importers.set(path, (importers.get(path) ?? 0) + 1)
  }
  return [...importers].filter(([, count]) => count >= SHARED_BY).map(([path]) => path)
}

async function sizeOf(root, contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [onDemand],
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).length
}
