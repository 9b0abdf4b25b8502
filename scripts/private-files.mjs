/** Tries to load every file of the build that no subpath exports, by every spelling of its name. None may load. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { output } from './checks.mjs'

/** `cwd` is a folder in which the package is installed. */
export async function checkPrivateFiles(check, { cwd, root, name, specifiers }) {
  const files = readdirSync(join(root, 'dist/esm'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.replaceAll('\\', '/').replace(/\.js$/, ''))
  const isPublic = (file) => specifiers.includes(`${name}/${file.replace(/\/index$/, '')}`) || file === 'index'
  const hidden = files.filter((file) => !isPublic(file))
  await check(
    `no private file can be imported: ${hidden.length} files of providers, stores and all other folders`,
    async () => {
      for (const folder of ['providers/city-pay/', 'stores/internal/', 'flow/', 'lib/'])
        assert.ok(
          hidden.some((file) => file.startsWith(folder)),
          `no file of ${folder} was found`,
        )
      const spellings = files.flatMap((file) => [
        ...(isPublic(file) ? [] : [`${name}/${file}`]),
        `${name}/${file}.js`,
        `${name}/dist/esm/${file}.js`,
        `${name}/providers/../${file}`,
      ])
      await writeFile(join(cwd, 'private.mjs'), program(spellings))
      const loaded = JSON.parse(await output(process.execPath, ['private.mjs'], { cwd }))
      assert.deepEqual(loaded, [])
    },
  )
}

function program(spellings) {
  return `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const REFUSALS = ['ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_INVALID_MODULE_SPECIFIER']
const loaded = []
for (const specifier of ${JSON.stringify(spellings)}) {
  for (const load of [(name) => import(name), async (name) => require(name)]) {
    const code = await load(specifier).then(() => 'loaded', (error) => error.code)
    if (!REFUSALS.includes(code)) loaded.push([specifier, code])
  }
}
console.log(JSON.stringify(loaded))
`
}
