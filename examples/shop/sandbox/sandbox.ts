/** Stands in for the payment providers. The shop calls it in the same way as the real ones. */
import type { Express } from 'express'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Accounts, ShopUrls } from './accounts.js'
import { createAlarm } from './alarm.js'
import { createApp } from './app.js'
import { createDispatcher } from './delivery/dispatcher.js'
import { deliveryQueue } from './delivery/queue.js'
import { createDesk } from './desk.js'
import type { Payment } from './payment.js'
import { isSigned } from './providers/registry.js'
import { openDatabase } from './storage/database.js'
import { deliveryTable } from './storage/deliveries.js'
import { paymentTable } from './storage/payments.js'
import { viewOf } from './view.js'

export interface SandboxOptions {
  /** The same secrets as the shop's. */
  readonly accounts: Accounts
  /** The targets of callbacks and of returning payers. Without it, callbacks wait for `connect`. */
  readonly shop?: ShopUrls
  /** A file that outlives the process. Default: memory */
  readonly database?: string
  /** The unit of the pauses between attempts. Default: a second */
  readonly retryBaseMs?: number
  /** How long a payment may take if no time was set for it. Default: 15 minutes */
  readonly lifetimeMs?: number
  /** The shop's outcome of a delivery, if the shop runs in this process. @default nothing is known */
  readonly outcomeOf?: (requestId: string) => string | null
  /** Logs one line for each attempt to deliver a callback; never a secret. */
  readonly log?: (line: string) => void
}

export interface Sandbox {
  readonly app: Express
  /** Serves on this machine only, and starts to deliver. Returns the address. */
  listen(port: number): Promise<string>
  /** Sets or changes the merchant's settings in the providers' dashboards. */
  connect(shop: ShopUrls, options?: Pick<SandboxOptions, 'lifetimeMs'>): void
  /** Keeps undelivered callbacks. They are delivered when the same database is next opened. */
  close(): Promise<void>
}

export function createSandbox(options: SandboxOptions): Sandbox {
  const { accounts, database = ':memory:', retryBaseMs = 1000, log = () => {}, outcomeOf = () => null } = options
  let { lifetimeMs = 15 * 60_000 } = options
  let connected = options.shop ?? null
  const shop = () => connected

  const db = openDatabase(database)
  const payments = paymentTable(db)
  const deliveries = deliveryTable(db)
  const queue = deliveryQueue(deliveries)
  const dispatcher = createDispatcher({ deliveries, accounts, shop, retryBaseMs, log })
  const expiry = createAlarm(() => expiry.set(desk.expireDue()))
  const onChange = () => expiry.set(payments.nextExpiry())
  const desk = createDesk({
    ...{ db, payments, deliveries, queue, dispatcher, onChange },
    isSigned: (payment) => isSigned(payment, accounts),
    lifetimeMs: () => lifetimeMs,
  })

  const view = (payment: Payment, baseUrl: string) =>
    viewOf(payments.find(payment.provider, payment.id)!, baseUrl, { deliveries, accounts, shop, outcomeOf })
  const settled = (limitMs: number) => dispatcher.settled(limitMs)
  const app = createApp({ accounts, shop, desk, payments, deliveries, lifetimeMs: () => lifetimeMs, view, settled })
  const server = createServer(app)

  return {
    app,
    async listen(port) {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      // Events that became due while the sandbox was not running come first.
      expiry.set(desk.expireDue())
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    connect(next, settings = {}) {
      connected = next
      lifetimeMs = settings.lifetimeMs ?? lifetimeMs
      dispatcher.wake()
    },
    async close() {
      expiry.set(null)
      await dispatcher.stop()
      if (server.listening) {
        const closed = once(server, 'close')
        server.close()
        server.closeAllConnections()
        await closed
      }
      db.close()
    },
  }
}
