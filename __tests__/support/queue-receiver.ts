/** A process that receives for a shop of the pages about queues, and handles nothing, until it is killed. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeListener } from '../../src/index.js'
import { openQueueShop, type QueueShopSetup } from './queue-shop.js'

void openQueueShop(JSON.parse(process.argv[2]!) as QueueShopSetup).then(({ receiver }) => {
  const server = createServer(toNodeListener({ '/hook': receiver }, (_req, res) => void res.writeHead(404).end()))
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
})
