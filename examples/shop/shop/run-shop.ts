/** The shop on a port: from `listen` to a shutdown that loses nothing. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { createShop, type Shop, type ShopOptions } from './app.js'
import type { ShopConfig } from './config.js'
import { httpUrl } from './web/http-url.js'
import { stopServing } from './web/stop-serving.js'

/** Longer than a checkout waits for its provider. */
const ANSWER_WITHIN_MS = 9000

export interface RunningShop extends Shop {
  /** The address at which it listens. */
  readonly url: string
}

/** With port 0 the system chooses a port, and the public address follows it. */
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
  const url = httpUrl(config.host, port)
  try {
    shop = await createShop({ ...config, publicUrl: config.port === 0 ? url : config.publicUrl }, options)
  } catch (error) {
    await stopServing(server, 0)
    throw error
  }
  const running = shop
  const stop = async () => {
    running.failHealth()
    if (config.shutdownNoticeMs > 0) await setTimeout(config.shutdownNoticeMs)
    running.endStreams()
    await stopServing(server, ANSWER_WITHIN_MS)
    await running.close()
  }
  let stopping: Promise<void> | undefined
  return { ...running, url, close: () => (stopping ??= stop()) }
}
