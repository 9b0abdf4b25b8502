/** Mutation testing of one folder of the sources: npm run mutation -- orders [Stryker's own options] */
import { spawnSync } from 'node:child_process'

const [folder, ...options] = process.argv.slice(2)
const { status } = spawnSync('stryker', ['run', '--mutate', `src/${folder}/**/*.ts`, ...options], {
  stdio: 'inherit',
  env: { ...process.env, MUTATION_FOLDER: folder },
})
process.exitCode = status ?? 1
