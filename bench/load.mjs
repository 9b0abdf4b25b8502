/** A load generator: several keep-alive connections, each with one request in progress at a time. */
import { connect } from 'node:net'

/** Sends for `seconds`. Returns the requests per second and the sorted latencies in milliseconds. */
export async function load({ port, seconds, connections, nextRequest }) {
  const latencies = []
  const until = performance.now() + seconds * 1000
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: connections }, () => drive({ port, until, nextRequest, latencies })))
  const elapsed = (performance.now() - startedAt) / 1000
  return { perSecond: latencies.length / elapsed, latencies: latencies.sort((a, b) => a - b) }
}

function drive({ port, until, nextRequest, latencies }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let sentAt = 0
    let received = ''
    const send = () => {
      if (performance.now() >= until) return socket.end()
      const request = nextRequest()
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      const headEnd = received.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0)
      if (received.length < headEnd + 4 + length) return
      if (!received.startsWith('HTTP/1.1 200')) return reject(new Error(`not 200: ${received.slice(0, 200)}`))
      latencies.push(performance.now() - sentAt)
      received = ''
      send()
    })
    socket.on('close', resolve)
    socket.on('error', reject)
  })
}

/** The exact bytes of a POST. */
export function post(body, headers) {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'user-agent': 'bench',
    ...headers,
    'content-length': body.length,
  })
  return Buffer.concat([
    Buffer.from(`POST /hook HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`),
    body,
  ])
}
