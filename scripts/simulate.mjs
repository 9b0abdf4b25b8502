#!/usr/bin/env node
// Plays histories of the flow on simulated time in two workers, and prints the results.
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
/** A long run reports its progress after this many histories. */
const CHUNK = 50_000
const root = fileURLToPath(new URL('..', import.meta.url))

/** Every commit draws its own histories, and the same commit always draws the same ones. */
function seedOfCommit() {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' })
  return Number.parseInt(commit.slice(0, 7), 16)
}

/** Bundles everything into one file, because a worker loads no TypeScript. A plug-in may change sources on the way. */
export async function bundleSimulation(folder, plugins = []) {
  const outfile = join(folder, `simulation-${Math.random().toString(36).slice(2)}.mjs`)
  const entry = join(root, '__tests__/support/simulation/run.ts')
  const options = { bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' }
  await build({ ...options, entryPoints: [entry], outfile, plugins })
  return pathToFileURL(outfile).href
}

/** Plays the seeds from `seed` on, shared among the workers. `onChunk` is called with the sum so far. */
export async function simulate(file, { histories = Infinity, maxFailures = 5, onChunk, ...limits }) {
  const total = { histories: 0, failures: [], counts: new Map(), sizes: {} }
  const isOver = () => total.histories >= histories || total.failures.length >= maxFailures
  do {
    const size = Number.isFinite(histories) ? Math.min(CHUNK, histories - total.histories) : Infinity
    add(total, await playChunk(file, { ...limits, seed: limits.seed + total.histories, histories: size, maxFailures }))
    onChunk?.(total)
  } while (Number.isFinite(histories) && !isOver())
  return total
}

async function playChunk(file, { seed, histories, seconds = Infinity, maxFailures }) {
  const untilMs = Date.now() + seconds * 1000
  // The first worker that finds enough failures stops the others.
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workers = Math.min(WORKERS, histories)
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, at) => {
      const share = Math.floor(histories / workers) + (at < histories % workers ? 1 : 0)
      const first = seed + at * (Number.isFinite(histories) ? Math.ceil(histories / workers) : 10_000_000)
      return inWorker(file, first, { histories: share, untilMs, maxFailures, stop })
    }),
  )
  return parts.reduce(add)
}

function add(total, part) {
  total.histories += part.histories
  total.failures.push(...part.failures)
  for (const [fault, count] of part.counts) total.counts.set(fault, (total.counts.get(fault) ?? 0) + count)
  for (const [name, sizes] of Object.entries(part.sizes)) total.sizes[name] = (total.sizes[name] ?? []).concat(sizes)
  return total
}

function inWorker(file, seed, limits) {
  const code = `import { parentPort, workerData } from 'node:worker_threads'
    const { playMany } = await import(workerData.file)
    parentPort.postMessage(await playMany(workerData.seed, workerData.limits))`
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
      workerData: { file, seed, limits },
      // Histories create much short-lived garbage.
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
  // Inside the project, so that the bundle finds the packages that it does not contain.
  const folder = await mkdtemp(join(root, 'node_modules', '.simulation-'))
  try {
    const file = await bundleSimulation(folder)
    if (values.trace === true) {
      const { trace } = await (await import(file)).playHistory(seed, undefined, true)
      console.log(trace.join('\n'))
    }
    const startedAt = Date.now()
    const onChunk = ({ histories, failures }) => {
      if (histories < limits.histories)
        console.log(`${histories} of ${limits.histories} histories, ${failures.length} with a violation`)
    }
    const result = await simulate(file, { seed, ...limits, onChunk })
    print(result, Date.now() - startedAt)
    process.exitCode = result.failures.length === 0 && result.histories > 0 ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
