/** One delivery to a provider's webhook over a real connection: what arrives there is what a shop will get. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeListener } from '../http/node-listener.js'
import type { Receiver } from '../receiver.js'

/** Answers the status. */
export async function statusOverHttp(
  receiver: Receiver,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const server = createServer(toNodeListener({ '/': receiver }, (_req, res) => void res.writeHead(404).end()))
  server.listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: new Uint8Array(body) })
    return status
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
