/**
 * CPU time per delivery, in memory: requests go into a node:http server through a pair of streams, without sockets and
 * without a second process that competes for the processor. Each receiver runs in its own process, round by round. The medians
 * repeat within a few per cent; with a load generator they scatter by twenty.
 *
 * npm run build && node bench/in-memory.mjs [--rounds 3] [--deliveries 5000] [--sizes 700,10240] [--express 5] [--only
 * 'names|of|receivers']
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { SECRET, SIGN } from './payloads.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    deliveries: { type: 'string', default: '5000' },
    sizes: { type: 'string', default: '700,10240' },
    express: { type: 'string', default: '5' },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
})
const names = Object.keys(SIGN).filter(
  (name) => !values.only || name === 'bare route' || values.only.split('|').includes(name),
)
const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

async function measure(name, size) {
  const options = JSON.stringify({
    name,
    size,
    express: values.express,
    secret: SECRET,
    deliveries: Number(values.deliveries),
  })
  const child = fork(new URL('in-memory-process.mjs', import.meta.url), [options], {
    execArgv: ['--expose-gc', ...profiling],
    env: { ...process.env, BENCH_SECRET: SECRET },
  })
  const [{ microseconds }] = await once(child, 'message')
  await once(child, 'exit')
  return microseconds
}

for (const size of values.sizes.split(',').map(Number)) {
  const found = new Map(names.map((name) => [name, []]))
  for (let round = 0; round < Number(values.rounds); round++) {
    // In another order each time, so that no receiver always runs on a machine that has just warmed up.
    for (const name of names.toSorted(() => Math.random() - 0.5)) found.get(name).push(await measure(name, size))
  }
  const bare = median(found.get('bare route'))
  console.log(
    `\n${size} bytes, Express ${values.express}: microseconds of CPU per delivery, and the ratio to a bare route`,
  )
  for (const [name, rounds] of found) {
    const middle = median(rounds)
    const [least, most] = [Math.min(...rounds), Math.max(...rounds)]
    console.log(
      `${name.padEnd(34)} ${middle.toFixed(1).padStart(7)}  ${(middle / bare).toFixed(2)}   (${least.toFixed(1)} to ${most.toFixed(1)})`,
    )
  }
}
