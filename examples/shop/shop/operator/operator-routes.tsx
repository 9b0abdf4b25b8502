/** The operator's area: a login, and behind it everything else. */
import { Router } from 'express'
import type { DurableStore } from 'express-payment-webhooks'
import type { Transaction } from '../database/database.js'
import type { ShopConfig } from '../config.js'
import type { LiveOrders } from '../live/live-orders.js'
import type { Orders } from '../orders/orders.js'
import type { CardPayments } from '../payments/stripe.js'
import { sendPage, type ContextOf } from '../pages/page.js'
import { OperatorLoginPage, paths } from '../views/index.js'
import type { Log } from '../web/log.js'
import { operatorCardRoutes } from './card-routes.js'
import { operatorChangeRoutes } from './change-routes.js'
import { operatorEventRoutes } from './event-routes.js'
import type { OperatorSessions } from './operator-session.js'
import { orderDesk } from './order-desk.js'
import type { OrderHistory } from './order-history.js'
import { operatorOrderRoutes } from './order-routes.js'

export function operatorRoutes(parts: {
  readonly sessions: OperatorSessions
  readonly config: ShopConfig
  readonly orders: Orders
  readonly cards: CardPayments
  readonly live: LiveOrders
  readonly history: OrderHistory
  readonly events: DurableStore<Transaction>
  readonly contextOf: ContextOf
  readonly onChange: () => void
  readonly log: Log
}): Router {
  const { sessions, events, contextOf, log } = parts
  const router = Router()
  router.use(paths.operator, sessions.recognise)

  router.get(paths.operatorLogin, async (_req, res) => {
    sendPage(res, <OperatorLoginPage context={await contextOf(res)} problem={null} />)
  })

  router.post(paths.operatorLogin, async (req, res) => {
    const { token } = (req.body ?? {}) as { token?: unknown }
    if (sessions.logIn(res, token)) return res.redirect(303, paths.operator)
    log('warn', 'operator login refused')
    sendPage(res, <OperatorLoginPage context={await contextOf(res)} problem="That is not the operator token." />, 401)
  })

  router.use(paths.operator, (_req, res, next) => {
    if (res.locals['operator'] === true) return next()
    res.redirect(303, paths.operatorLogin)
  })

  router.post(paths.operatorLogout, (_req, res) => {
    sessions.logOut(res)
    res.redirect(303, paths.operatorLogin)
  })

  const desk = orderDesk(parts)
  router.use(operatorOrderRoutes({ ...parts, desk }))
  router.use(operatorChangeRoutes({ ...parts, desk }))
  router.use(operatorCardRoutes({ ...parts, desk }))
  router.use(operatorEventRoutes(events, contextOf))
  return router
}
