/** The shop on a port: from `listen` to an end without losses. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createShop, type Shop, type ShopOptions } from './app.js'
import type { ShopConfig } from './config.js'

export interface RunningShop extends Shop {
  /** Where it listens. */
  readonly url: string
}

/** With port 0 the system chooses one, and the public address follows it. */
export async function runShop(config: ShopConfig, options?: ShopOptions): Promise<RunningShop> {
  let shop: Shop | undefined
  const server = createServer((req, res) => {
    if (shop !== undefined) shop.app(req, res)
    else res.writeHead(503, { 'retry-after': '1' }).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const url = `http://${config.host}:${port}`
  const stopListening = () => new Promise<void>((resolve) => void server.close(() => resolve()))
  try {
    shop = await createShop({ ...config, publicUrl: config.port === 0 ? url : config.publicUrl }, options)
  } catch (error) {
    await stopListening()
    throw error
  }
  const running = shop
  return {
    ...running,
    url,
    async close() {
      const stopped = stopListening()
      await running.close()
      // What is still open then are connections that browsers keep for later.
      server.closeAllConnections()
      await stopped
    },
  }
}
