#!/usr/bin/env node
// Plays histories of the flow on simulated time, in two workers, and prints what they came to.
//   npm run simulate                         a minute, with seeds drawn from the commit
//   npm run simulate -- --seed 42 --histories 1 --trace    one history again, line by line
//   npm run simulate -- --histories 1000000
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'

const WORKERS = 2
const root = fileURLToPath(new URL('..', import.meta.url))

/** Every commit draws histories of its own, and the same commit the same. */
function seedOfCommit() {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' })
  return Number.parseInt(commit.slice(0, 7), 16)
}

/** One file of everything, because a worker loads no TypeScript. A plug-in may change sources on their way. */
export async function bundleSimulation(folder, plugins = []) {
  const outfile = join(folder, `simulation-${Math.random().toString(36).slice(2)}.mjs`)
  const entry = join(root, '__tests__/support/simulation/run.ts')
  const options = { bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' }
  await build({ ...options, entryPoints: [entry], outfile, plugins })
  return pathToFileURL(outfile).href
}

/** Plays seeds from `seed` on, shared out between the workers. */
export async function simulate(file, { seed, histories = Infinity, seconds = Infinity, maxFailures = 5 }) {
  const untilMs = Date.now() + seconds * 1000
  // The first worker to find enough stops the others.
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workers = Math.min(WORKERS, histories)
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, at) => {
      const share = Math.floor(histories / workers) + (at < histories % workers ? 1 : 0)
      const first = seed + at * (Number.isFinite(histories) ? Math.ceil(histories / workers) : 10_000_000)
      return inWorker(file, first, { histories: share, untilMs, maxFailures, stop })
    }),
  )
  const counts = new Map()
  for (const part of parts)
    for (const [fault, count] of part.counts) counts.set(fault, (counts.get(fault) ?? 0) + count)
  const sizes = Object.fromEntries(
    ['events', 'deliveries', 'processes', 'faults'].map((name) => [name, parts.flatMap((part) => part.sizes[name])]),
  )
  return {
    histories: parts.reduce((sum, part) => sum + part.histories, 0),
    failures: parts.flatMap((part) => part.failures),
    counts,
    sizes,
  }
}

function inWorker(file, seed, limits) {
  const code = `import { parentPort, workerData } from 'node:worker_threads'
    const { playMany } = await import(workerData.file)
    parentPort.postMessage(await playMany(workerData.seed, workerData.limits))`
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
      workerData: { file, seed, limits },
      // Histories leave much behind that is soon forgotten.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    })
    worker.once('message', resolve).once('error', reject)
  })
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]

function print({ histories, failures, counts, sizes }, elapsedMs) {
  const perMinute = Math.round((histories / elapsedMs) * 60_000)
  console.log(`${histories} histories in ${(elapsedMs / 1000).toFixed(1)} s: ${perMinute} a minute`)
  const medians = Object.entries(sizes).map(([name, numbers]) => `${median(numbers)} ${name}`)
  console.log(`in the middle: ${medians.join(', ')}`)
  const rarest = [...counts].sort((a, b) => a[1] - b[1]).slice(0, 5)
  console.log(
    `${counts.size} faults at their steps; the rarest: ${rarest.map(([name, count]) => `${name} ${count}`).join(', ')}`,
  )
  for (const { seed, violations } of failures) {
    console.log(`\nseed ${seed}:\n  ${violations.join('\n  ')}`)
    console.log(`  again: npm run simulate -- --seed ${seed} --histories 1 --trace`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      histories: { type: 'string' },
      seconds: { type: 'string', default: '60' },
      trace: { type: 'boolean' },
    },
  })
  const seed = values.seed === undefined ? seedOfCommit() : Number(values.seed)
  const limits =
    values.histories === undefined ? { seconds: Number(values.seconds) } : { histories: Number(values.histories) }
  // Below the project, so that the bundle finds what it does not contain.
  const folder = await mkdtemp(join(root, 'node_modules', '.simulation-'))
  try {
    const file = await bundleSimulation(folder)
    if (values.trace === true) {
      const { trace } = await (await import(file)).playHistory(seed, undefined, true)
      console.log(trace.join('\n'))
    }
    const startedAt = Date.now()
    const result = await simulate(file, { seed, ...limits })
    print(result, Date.now() - startedAt)
    process.exitCode = result.failures.length === 0 && result.histories > 0 ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
