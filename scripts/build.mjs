/** Compiles src twice, once for `import` and once for `require`, each with its own declarations. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
const { bin, sideEffects } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

async function compile(config, type, outDir) {
  await mkdir(outDir)
  // Bundlers read `sideEffects` in the nearest package.json, so it needs both fields.
  await writeFile(join(outDir, 'package.json'), `${JSON.stringify({ type, sideEffects })}\n`)
  const compiler = spawn(process.execPath, [tsc, '--project', join(root, config), '--outDir', outDir], {
    stdio: 'inherit',
  })
  const [code] = await once(compiler, 'close')
  if (code !== 0) throw new Error(`${config} does not compile`)
}

// Compiled in a separate folder and moved into place at the end, so that a failed build keeps the last good one.
const aside = await mkdtemp(join(root, 'node_modules', '.build-'))
try {
  const compilations = [
    compile('tsconfig.build.json', 'module', join(aside, 'esm')),
    compile('tsconfig.build.cjs.json', 'commonjs', join(aside, 'cjs')),
  ]
  await Promise.allSettled(compilations)
  await Promise.all(compilations)
  const programs = Object.values(bin).map((path) => join(aside, relative('dist', path)))
  await Promise.all(programs.map((path) => chmod(path, 0o755)))
  await rm(join(root, 'dist'), { recursive: true, force: true })
  await rename(aside, join(root, 'dist'))
} catch (error) {
  console.error(`build: ${error.message}`)
  process.exitCode = 1
} finally {
  await rm(aside, { recursive: true, force: true })
}
