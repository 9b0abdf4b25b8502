/** Installs the small shops of __tests__/consumers outside the repository. */
import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { output } from './checks.mjs'

export const CONSUMERS = [
  { name: 'esm-js', module: 'esm', run: 'shop.js', isBundled: true },
  { name: 'cjs-js', module: 'cjs', run: 'shop.js' },
  { name: 'esm-ts', module: 'esm', run: 'out/shop.js', projects: ['tsconfig.bundler.json', 'tsconfig.json'] },
  { name: 'cjs-ts', module: 'cjs', run: 'out/shop.js', projects: ['tsconfig.node10.json', 'tsconfig.json'] },
]

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild')

async function documentedBundling(root) {
  const page = await readFile(join(root, 'docs/doors.md'), 'utf8')
  const [, command] = /^npx esbuild (.+)$/m.exec(page) ?? []
  assert.ok(command, 'docs/doors.md says how to bundle')
  const args = command.split(' ')
  return { args, input: args[0], outfile: args.find((arg) => arg.startsWith('--outfile=')).split('=')[1] }
}

export async function checkConsumer(
  check,
  { name, module, run, projects = [], isBundled = false },
  { folder, root, tarball, specifiers, nodes },
) {
  const cwd = join(folder, name)
  const node = (...args) => output(process.execPath, args, { cwd })
  if (!(await installConsumer(check, name, { folder, root, tarball }))) return

  if (projects.length > 0) await writeFile(join(cwd, 'subpaths.ts'), typedImports(module, specifiers))
  for (const project of projects) {
    await check(`${name}: compiles with ${project}`, () => node(tsc, '--project', project))
  }
  await check(`${name}: a signed callback is handled once, a forged one refused`, () => node(run))
  if (isBundled) {
    await check(`${name}: the same as one file, bundled as docs/doors.md says`, async () => {
      const { input, args, outfile } = await documentedBundling(root)
      await output(esbuild, [run, ...args.filter((arg) => arg !== input)], { cwd })
      await node(outfile)
    })
  }
  await check(`${name}: every subpath exports the same names to import and require`, async () => {
    await writeFile(join(cwd, 'subpaths.mjs'), bothModuleSystems(specifiers))
    const names = JSON.parse(await node('subpaths.mjs'))
    for (const { specifier, imported, required } of names) {
      assert.deepEqual(imported, required, specifier)
      assert.notEqual(imported.length, 0, `${specifier} exports nothing`)
    }
  })
  for (const { major, path } of nodes) {
    await check(`${name}: the same on Node ${major}`, async () => {
      assert.match(await output(path, ['--version'], { cwd }), new RegExp(`^v${major}\\.`))
      await output(path, [run], { cwd })
      await output(path, ['subpaths.mjs'], { cwd })
    })
  }
}

/** Copies one shop out of the repository and installs the package there. Returns the folder, or undefined. */
export function installConsumer(check, name, { folder, root, tarball }) {
  const cwd = join(folder, name)
  return check(`${name}: installs`, async () => {
    await cp(join(root, '__tests__/consumers', name), cwd, { recursive: true })
    await output('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', tarball], {
      cwd,
    })
    return cwd
  })
}

function typedImports(module, specifiers) {
  const statement = (specifier, index) =>
    module === 'esm' ? `import * as m${index} from '${specifier}'` : `import m${index} = require('${specifier}')`
  const uses = specifiers.map((_, index) => `void m${index}`)
  return [...specifiers.map(statement), ...uses, ''].join('\n')
}

/** `import` adds names to a CommonJS module. Only the module's own exports are compared. */
function bothModuleSystems(specifiers) {
  return `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const names = []
for (const specifier of ${JSON.stringify(specifiers)}) {
  const imported = Object.keys(await import(specifier)).sort()
  const required = Object.keys(require(specifier)).sort()
  names.push({ specifier, imported, required })
}
console.log(JSON.stringify(names))
`
}
