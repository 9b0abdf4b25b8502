/** A handwritten shop in a separate process, which may end. Started by `handwritten-processes.ts`. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { handwrittenShop, type Faults } from './handwritten-shop.js'

const [secret, faults] = JSON.parse(process.argv[2]!) as [string, Faults]
const server = createServer(handwrittenShop(secret, faults))
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
// Without its parent nothing would end this process.
process.once('disconnect', () => process.exit())
