#!/usr/bin/env node
// Spoils the flow in one place at a time. The simulation has to find each fault: a mutant that survives is an untested promise.
//   npm run simulate:mutants
//   npm run simulate:mutants -- --only "key without"    the mutants whose name contains this
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { MUTANTS } from './mutants-of-the-flow.mjs'
import { bundleSimulation, simulate } from './simulate.mjs'

/** A mutant has to be found within this many histories. */
const HISTORIES = 20_000

const root = fileURLToPath(new URL('..', import.meta.url))

/** Changes one source on its way into the bundle. The text must occur exactly once, so that the mutant fits its name. */
function spoil({ name, file, text, by }) {
  return {
    name: 'mutant',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (path !== join(root, 'src', file)) return undefined
        const source = await readFile(path, 'utf8')
        const places = source.split(text).length - 1
        if (places !== 1) throw new Error(`${name}: ${file} has its text ${places} times, not once`)
        return { contents: source.replace(text, () => by), loader: 'ts' }
      })
    },
  }
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const folder = await mkdtemp(join(root, 'node_modules', '.simulation-'))
let living = 0
try {
  for (const mutant of MUTANTS.filter(({ name }) => name.includes(values.only))) {
    const bundle = await bundleSimulation(folder, [spoil(mutant)])
    const { histories, failures } = await simulate(bundle, { seed: 1, histories: HISTORIES, maxFailures: 1 })
    const [found] = failures
    if (found === undefined) living++
    console.log(
      found === undefined
        ? `LIVES  ${mutant.name}: ${histories} histories`
        : `found  ${mutant.name}: seed ${found.seed}, after ${histories}: ${found.violations[0]}`,
    )
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log(living === 0 ? 'all were found' : `${living} live`)
process.exitCode = living === 0 ? 0 : 1
