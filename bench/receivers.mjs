/**
 * Whole receivers compared in one run: requests per second, p99 and CPU time per request, as ratios to a bare Express route
 * that reads the body with raw-body, parses it and answers with res.json.
 *
 * npm run build && node bench/receivers.mjs [--rounds 8] [--seconds 2] [--sizes 700,10240,102400] [--express 5] [--only
 * 'names|of|receivers'] [--profile folder]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { load, post } from './load.mjs'
import { bodyFactory, SECRET, SIGN } from './payloads.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '2' },
    sizes: { type: 'string', default: '700,10240,102400' },
    express: { type: 'string', default: '5' },
    connections: { type: 'string', default: '10' },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const names = Object.keys(SIGN).filter(
  (name) => !values.only || name === 'bare route' || values.only.split('|').includes(name),
)

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

const READY_BYTES = 64 * 1024 * 1024

/** A process's memory layout and compiled code depend on chance, and stay the same as long as it runs. */
const ROUNDS_A_PROCESS = 4

const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]

async function start(name) {
  const child = fork(new URL('server.mjs', import.meta.url), [name, values.express, SECRET], { execArgv: profiling })
  const [{ port }] = await once(child, 'message')
  return { child, port }
}

async function stats(child) {
  child.send('stats')
  return (await once(child, 'message'))[0]
}

async function measure({ child, port }, name, makeBody, seconds, rate) {
  const before = await stats(child)
  const make = () => {
    const body = makeBody()
    return post(body, SIGN[name](body))
  }
  // Made beforehand, because senders have processors of their own, and a bare route gets no signature. Large bodies would fill
  // the memory; for them the sender's time goes into writing rather than signing.
  const ready = Array.from({ length: Math.min(rate * seconds, READY_BYTES / make().length) }, make)
  const nextRequest = () => ready.pop() ?? make()
  const { perSecond, latencies } = await load({ port, seconds, connections: Number(values.connections), nextRequest })
  const after = await stats(child)
  if (after.handled - before.handled !== latencies.length)
    throw new Error(`${name}: answered ${latencies.length}, handled ${after.handled - before.handled}`)
  const cpu = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / latencies.length
  return { perSecond, p99: latencies[Math.floor(latencies.length * 0.99)], cpu }
}

for (const size of values.sizes.split(',').map(Number)) {
  const makeBody = bodyFactory(size)
  const results = new Map(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += ROUNDS_A_PROCESS) {
    const servers = new Map()
    for (const name of names) {
      const server = await start(name)
      const { perSecond } = await measure(server, name, makeBody, 1.5, 1000)
      servers.set(name, { ...server, rate: 1.3 * perSecond })
    }
    for (let next = round; next < Math.min(round + ROUNDS_A_PROCESS, rounds); next++) {
      process.stderr.write(`\r${size} B, round ${next + 1} of ${rounds} `)
      // In another order every round, so that no receiver always runs after the same neighbour.
      for (const name of names.toSorted(() => Math.random() - 0.5)) {
        const server = servers.get(name)
        results.get(name).push(await measure(server, name, makeBody, Number(values.seconds), server.rate))
      }
    }
    for (const { child } of servers.values()) child.disconnect()
  }
  process.stderr.write('\r')
  const bare = results.get('bare route')
  const ratio = (name, field) =>
    median(results.get(name).map((result, round) => result[field] / bare[round][field])).toFixed(2)
  console.log(
    `\n${makeBody().length} B, Express ${values.express}, median of ${rounds} rounds, ratios to the bare route`,
  )
  console.table(
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          'requests/s': ratio(name, 'perSecond'),
          p99: ratio(name, 'p99'),
          'CPU/request': ratio(name, 'cpu'),
          'median requests/s': Math.round(median(results.get(name).map(({ perSecond }) => perSecond))),
        },
      ]),
    ),
  )
}
