/** One receiver, fed through streams in memory. It sends its CPU time per delivery. */
import { createServer } from 'node:http'
import { Duplex } from 'node:stream'
import { createListener } from './listeners.mjs'
import { bodyFactory, SIGN } from './payloads.mjs'

const { name, size, express, secret, deliveries } = JSON.parse(process.argv[2])
/** Enough for the compiler to finish: the result is the cost after the first minute, not in the first second. */
const WARM_UP = 15_000
const RUNS = 5

/** Two ends of one connection: the data written into one end is read from the other. */
function connection() {
  const ends = []
  const end = (other) =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        ends[other].push(chunk)
        done()
      },
      final(done) {
        ends[other].push(null)
        done()
      },
    })
  ends.push(end(1), end(0))
  for (const one of ends)
    Object.assign(one, { setTimeout() {}, setNoDelay() {}, setKeepAlive() {}, ref() {}, unref() {} })
  Object.assign(ends[1], { remoteAddress: '127.0.0.1' })
  return { client: ends[0], server: ends[1] }
}

const { listener, handled } = createListener(name, { express, secret })
const server = createServer({ keepAliveTimeout: 0 }, listener)
const { client, server: socket } = connection()
server.emit('connection', socket)

const makeBody = bodyFactory(size)
/** Signed beforehand, because senders have processors of their own. */
function request() {
  const body = makeBody()
  const headers = {
    ...SIGN[name](body),
    host: 'localhost',
    'content-type': 'application/json',
    'content-length': body.length,
  }
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`POST /hook HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}

/** One after the other on one connection, so that no delivery waits for another. */
async function run(count) {
  const requests = Array.from({ length: count }, request)
  // Forcing a garbage collection here, where no delivery is in progress, would throw away compiled code: V8 drops code that
  // depends on the shape of an object once no such object is left.
  const before = handled()
  const start = process.cpuUsage()
  await new Promise((resolve) => {
    let at = 0
    client.removeAllListeners('data')
    client.on('data', (answer) => {
      if (!answer.includes('HTTP/1.1 2')) {
        if (answer.includes('HTTP/1.1')) throw new Error(`${name}: ${answer.toString().split('\r\n')[0]}`)
        return
      }
      if (++at === count) resolve()
      else setImmediate(() => client.write(requests[at]))
    })
    client.write(requests[0])
  })
  const { user, system } = process.cpuUsage(start)
  if (handled() - before !== count) throw new Error(`${name}: answered ${count}, handled ${handled() - before}`)
  return (user + system) / count
}

await run(WARM_UP)
const runs = []
for (let count = 0; count < RUNS; count++) runs.push(await run(deliveries))
process.send({ microseconds: runs.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] }, () => process.exit())
