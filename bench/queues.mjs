/**
 * Response times of a receiver with a queue while its workers are overloaded: deliveries that prove themselves come at a fixed
 * rate, and every handler takes five seconds. The receiver, the workers, the sender and the engine share this machine. Latency
 * counts from the planned time of a delivery, so a stall shows in every delivery that it delayed.
 *
 * npm run build && node bench/queues.mjs [--seconds 60] [--rate 50] [--only none,pg-boss,bullmq] [--workers own|same] [--profile
 * folder]
 */
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bodyFactory, SECRET, SIGN } from './payloads.mjs'
import { openShop, removeShop } from './queue-shops.mjs'

const CONCURRENCY = 20
const HANDLER_MS = 5000
const LIMIT_MS = 50
const WARM_UP = 200
const NOTHING = { waiting: 0, active: 0, failed: 0 }

if (process.argv[2] === 'role') await play(JSON.parse(process.argv[3]))
else await measureAll()

/** A process that receives, works, or does both. It reports its counts, and ends on a signal. */
async function play({ setup, roles }) {
  let handled = 0
  const shop = await openShop(setup, {
    async onPaid() {
      if (setup.engine !== 'none') await pause(HANDLER_MS)
      handled++
    },
  })
  const port = roles.includes('receive') ? await shop.listen() : null
  const workers = roles.includes('work') ? await shop.work({ concurrency: CONCURRENCY }) : null
  process.on('message', async () => {
    await workers?.close({ timeoutMs: HANDLER_MS + 2000 })
    process.send({ handled, cpu: process.cpuUsage(), counts: (await shop.queue?.counts()) ?? NOTHING })
    await shop.close()
    // The process writes its profile when it ends here.
    process.exit()
  })
  process.send({ port })
}

async function measureAll() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      rate: { type: 'string', default: '50' },
      only: { type: 'string', default: 'none,pg-boss,bullmq' },
      workers: { type: 'string', default: 'own' },
      profile: { type: 'string' },
    },
  })
  const [seconds, rate] = [values.seconds, values.rate].map(Number)
  const rows = {}
  for (const engine of values.only.split(',')) {
    const row = await measure(engine, { ...values, seconds, rate })
    rows[engine] = row
    if (row['p99, ms'] > LIMIT_MS) process.exitCode = 1
  }
  console.log(
    `\n${rate} deliveries a second for ${seconds} s, ${CONCURRENCY} workers in ${values.workers === 'own' ? 'a process of their own' : 'the receiving process'}, ${HANDLER_MS / 1000} s a handler`,
  )
  console.table(rows)
}

async function measure(engine, { seconds, rate, workers, profile }) {
  const redis = engine === 'bullmq' ? await openRedis() : null
  const setup = { engine, name: `bench_${process.pid}`, redisUrl: redis?.url }
  const roles = engine === 'none' ? [['receive']] : workers === 'own' ? [['receive'], ['work']] : [['receive', 'work']]
  const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const children = []
  try {
    for (const one of roles) {
      const env = { ...process.env, BENCH_SECRET: SECRET }
      const child = fork(new URL(import.meta.url), ['role', JSON.stringify({ setup, roles: one })], { env, execArgv })
      children.push({ child, said: (await once(child, 'message'))[0] })
    }
    const { port } = children.find(({ said }) => said.port !== null).said
    const makeBody = bodyFactory(700)
    const sender = openSender(port, makeBody)
    for (let sent = 0; sent < WARM_UP; sent++) await sender.send(performance.now())
    const { latencies, refused } = await sender.atRate(rate, seconds)
    sender.close()
    const ends = []
    for (const { child } of children.toReversed()) {
      child.send('end')
      ends.push((await once(child, 'message'))[0])
      if (child.exitCode === null) await once(child, 'exit')
    }
    const handled = ends.reduce((sum, end) => sum + end.handled, 0)
    // When the last process ended, no other worker was running.
    const { waiting, active, failed } = ends.at(-1).counts
    const accepted = WARM_UP + latencies.length - refused
    if (handled + waiting + active + failed !== accepted)
      throw new Error(
        `${engine}: ${accepted} were accepted, ${handled} handled, and ${waiting + active + failed} are left`,
      )
    const at = (share) => Number(latencies[Math.ceil(latencies.length * share) - 1].toFixed(1))
    const cpu = ends.map((end) => `${Math.round((end.cpu.user + end.cpu.system) / 1000 / seconds / 10)}%`)
    return {
      'p50, ms': at(0.5),
      'p95, ms': at(0.95),
      'p99, ms': at(0.99),
      'longest, ms': at(1),
      sent: latencies.length,
      refused,
      handled,
      'CPU of receiver': cpu.at(-1),
      'CPU of workers': cpu.length > 1 ? cpu[0] : '',
    }
  } finally {
    for (const { child } of children) child.kill('SIGKILL')
    await removeShop(setup)
    await redis?.close()
  }
}

/**
 * Sends at the planned times, whatever happened to earlier deliveries. Signs beforehand, because senders have processors of
 * their own.
 */
function openSender(port, makeBody) {
  const agent = new Agent({ keepAlive: true })
  const latencies = []
  let refused = 0
  const signed = () => {
    const body = makeBody()
    return { body, headers: { 'content-type': 'application/json', ...SIGN.paymentWebhook(body) } }
  }
  const send = (plannedAt, { body, headers } = signed()) =>
    new Promise((resolve, reject) => {
      const req = request({ port, host: '127.0.0.1', path: '/hook', method: 'POST', agent, headers }, (res) => {
        res.resume()
        res.on('end', () => resolve({ status: res.statusCode, ms: performance.now() - plannedAt }))
      })
      req.on('error', reject)
      req.end(body)
    })
  return {
    send,
    async atRate(rate, seconds) {
      const deliveries = Array.from({ length: rate * seconds }, signed)
      const startAt = performance.now() + 100
      const answers = deliveries.map(async (delivery, number) => {
        const plannedAt = startAt + (number * 1000) / rate
        await pause(plannedAt - performance.now())
        const { status, ms } = await send(plannedAt, delivery)
        latencies.push(ms)
        if (status !== 200) refused++
      })
      await Promise.all(answers)
      return { latencies: latencies.sort((a, b) => a - b), refused }
    },
    close: () => agent.destroy(),
  }
}

/** A Redis that writes every job to disk before it answers, as shops with payments run it. */
async function openRedis() {
  if (process.env.REDIS_URL !== undefined) return { url: process.env.REDIS_URL, close() {} }
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'))
  const port = 20_000 + (process.pid % 10_000)
  const settings = { port, dir: folder, appendonly: 'yes', appendfsync: 'always', save: '', bind: '127.0.0.1' }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const server = spawn('redis-server', args, { stdio: 'ignore' })
  server.on('error', (error) => {
    throw new Error('redis-server is missing: install it, or set REDIS_URL', { cause: error })
  })
  while (!(await isListening(port))) await pause(50)
  return {
    url: `redis://127.0.0.1:${port}`,
    async close() {
      server.kill()
      await once(server, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
