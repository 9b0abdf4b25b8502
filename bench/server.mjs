/** One receiver on a loopback port; prints the port. Usage: node server.mjs <receiver> <express version> <secret> */
import { createServer } from 'node:http'
import { createListener } from './listeners.mjs'

const [receiver, express, secret] = process.argv.slice(2)
const { listener, handled } = createListener(receiver, { express, secret })
const server = createServer(listener)
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('message', () =>
  process.send({ handled: handled(), cpu: process.cpuUsage(), memory: process.memoryUsage.rss() }),
)
process.on('disconnect', () => process.exit())
