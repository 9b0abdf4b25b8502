/** The whole shop: its parts, and the work that runs next to requests. */
import { join } from 'node:path'
import express, { type Express, type Response } from 'express'
import { cityPayReadBacks } from '../../recipes/city-pay-expiry.js'
import { healthRoute } from '../../recipes/health.js'
import { createCarts } from './carts.js'
import { TEA_SHOP, type Catalogue } from './catalogue.js'
import { createCheckout } from './checkout.js'
import type { ShopConfig } from './config.js'
import { openDatabase } from './database/open-database.js'
import { sessionSecret } from './database/secret.js'
import { eventStreams } from './live/event-stream.js'
import { liveOrders } from './live/live-orders.js'
import { createMailer } from './mail/mailer.js'
import { createOutbox } from './mail/outbox.js'
import type { Reconciling } from './missed.js'
import { operatorRoutes } from './operator/operator-routes.js'
import { operatorSessions } from './operator/operator-session.js'
import { createOrderHistory } from './operator/order-history.js'
import { paymentEvents } from './operator/payment-events.js'
import { createLifecycle, READ_BACK } from './orders/lifecycle.js'
import { createOrders } from './orders/orders.js'
import { cartRoutes } from './pages/cart-routes.js'
import { checkoutRoutes } from './pages/checkout-routes.js'
import { errorPages, notFound } from './pages/error-pages.js'
import { orderRoutes } from './pages/order-routes.js'
import { pageContext } from './pages/page.js'
import { createPaymentClients } from './payments/payment-clients.js'
import { cardPayments } from './payments/stripe.js'
import { paths } from './views/index.js'
import { requireCsrfToken } from './web/csrf.js'
import { jsonLog, type Log } from './web/log.js'
import { repeat } from './web/repeat.js'
import { requestLog } from './web/request-log.js'
import { securityHeaders } from './web/security-headers.js'
import { visitorOf, visitors } from './web/visitor.js'
import { createWebhooks } from './webhooks.js'

const EXPIRE_EVERY_MS = 2000
const SEND_EVERY_MS = 2000
const HOUR = 60 * 60 * 1000
const CART_LIFETIME_MS = 30 * 24 * HOUR

export interface ShopOptions {
  /** @default the goods of this example */
  readonly catalogue?: Catalogue
  /** @default JSON lines on standard error */
  readonly log?: Log
  readonly reconciling?: Reconciling
}

export interface Shop {
  readonly app: Express
  /** Reads orders back if necessary, and expires those whose time is up. The shop does both every few seconds. */
  expireOverdue(now?: Date): Promise<number>
  /** Sends the mails that are due. The shop also does this every few seconds. */
  sendMails(): Promise<number>
  /** From now on the health route answers 503, so that a load balancer sends no more. Everything else goes on. */
  failHealth(): void
  /** Ends the streams of open order pages. These requests never end otherwise. */
  endStreams(): void
  /** Takes no more deliveries, finishes those in progress, and releases the database. The caller owns the server. */
  close(): Promise<void>
}

export async function createShop(config: ShopConfig, options: ShopOptions = {}): Promise<Shop> {
  const { catalogue = TEA_SHOP, log = jsonLog } = options
  const secure = config.publicUrl.startsWith('https:')

  const db = await openDatabase(config, log)
  const visitor = visitors(await sessionSecret(db), secure)
  const carts = createCarts(db)
  const orders = createOrders(db, config.publicUrl)
  const readBacks = cityPayReadBacks((body) => webhooks.takeCityPay(body))
  const lifecycle = createLifecycle(orders, readBacks.mayExpire)
  const clients = createPaymentClients(config)
  const cards = cardPayments(config)
  const checkout = createCheckout({ config, catalogue, carts, orders, clients })
  const mailer = createMailer(config, createOutbox(db), log)
  const live = liveOrders(orders, log)
  const streams = eventStreams(live)

  const readOverdue = async (now = new Date()) => readBacks.readAll(await orders.overdue(now, READ_BACK), now)
  const expireOverdue = async (now = new Date()) => {
    const changed = await lifecycle.expireOverdue({ now })
    if (changed > 0) onChange()
    return changed
  }
  // These run independently: no order waits for its end until CityPay has answered about others.
  const reading = repeat('reading orders back', EXPIRE_EVERY_MS, readOverdue, log)
  const expiring = repeat('expiring orders', EXPIRE_EVERY_MS, expireOverdue, log)
  const sending = repeat('sending mails', SEND_EVERY_MS, () => mailer.sendDue(), log)
  const pruning = repeat('forgetting carts', HOUR, () => carts.prune(new Date(Date.now() - CART_LIFETIME_MS)), log)
  const onChange = () => {
    live.nudge()
    sending.nudge()
  }
  const webhooks = createWebhooks({
    config,
    db,
    orders,
    lifecycle,
    onHandled: onChange,
    reconciling: options.reconciling,
    log,
  })

  const app = express()
  app.disable('x-powered-by')
  app.use(requestLog(log), securityHeaders(secure))

  // Before anything that reads bodies or recognises visitors: load balancers and the senders of callbacks are not visitors.
  const health = healthRoute(app, [...webhooks.byPath.values()])
  for (const [path, webhook] of webhooks.byPath) app.use(path, webhook)

  app.use(paths.assets, express.static(join(import.meta.dirname, 'public'), { index: false, maxAge: '1h' }))
  app.use((_req, res, next) => {
    res.set('cache-control', 'no-store')
    next()
  })
  app.use(visitor.recognise)
  const sessions = operatorSessions(config.operatorToken, secure)
  app.use(paths.operatorEvents, sessions.recognise, ...paymentEvents(db.events, log))
  app.use(express.urlencoded({ extended: false, limit: '10kb' }), requireCsrfToken)

  const renewSession = async (res: Response) => {
    const { session } = visitorOf(res)
    visitor.renew(res)
    await Promise.all([carts, orders].map((owned) => owned.move(session, visitorOf(res).session)))
  }
  const contextOf = pageContext(carts)
  const history = createOrderHistory(db)
  app.use(cartRoutes({ catalogue, carts, checkout, orders, contextOf }))
  app.use(checkoutRoutes({ checkout, orders, contextOf, log }))
  app.use(orderRoutes({ catalogue, carts, orders, checkout, streams, contextOf, log }))
  app.use(
    operatorRoutes({
      config,
      sessions,
      renewSession,
      orders,
      cards,
      live,
      history,
      events: db.events,
      contextOf,
      onChange,
      log,
    }),
  )
  app.use(notFound, errorPages(contextOf, log))

  return {
    app,
    async expireOverdue(now) {
      await readOverdue(now)
      return expireOverdue(now)
    },
    sendMails: () => mailer.sendDue(),
    failHealth: () => health.fail(),
    endStreams: () => streams.close(),
    async close() {
      streams.close()
      await Promise.all([...webhooks.byPath.values()].map((webhook) => webhook.close({ timeoutMs: 8000 })))
      await Promise.all([reading.stop(), expiring.stop(), sending.stop(), pruning.stop(), live.close()])
      mailer.close()
      await db.close()
    },
  }
}
