/** Mutation testing of one part of the sources: npm run mutation -- orders [Stryker's own options] */
import { spawnSync } from 'node:child_process'
import { partOf } from './mutation-parts.mjs'

const [name, ...options] = process.argv.slice(2)
const { sources } = partOf(name)
const { status } = spawnSync('stryker', ['run', '--mutate', sources.join(','), ...options], {
  stdio: 'inherit',
  env: { ...process.env, MUTATION_PART: name },
})
process.exitCode = status ?? 1
