/** The operator's area: a login, and everything else behind it. */
import { Router, type Response } from 'express'
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
import { loginLimit } from './login-limit.js'
import type { OperatorSessions } from './operator-session.js'
import { orderDesk } from './order-desk.js'
import type { OrderHistory } from './order-history.js'
import { operatorOrderRoutes } from './order-routes.js'

const MOST_COUNTED = 100

export function operatorRoutes(parts: {
  readonly sessions: OperatorSessions
  /** Gives the visitor a new session, with everything that belongs to the old one. */
  readonly renewSession: (res: Response) => Promise<void>
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
  const { sessions, renewSession, events, contextOf, log } = parts
  const limit = loginLimit()
  const router = Router()
  router.use(paths.operator, sessions.recognise)

  router.get(paths.operatorLogin, async (_req, res) => {
    sendPage(res, <OperatorLoginPage context={await contextOf(res)} problem={null} />)
  })

  router.post(paths.operatorLogin, async (req, res) => {
    const { token } = (req.body ?? {}) as { token?: unknown }
    const address = req.ip ?? ''
    const refuse = async (problem: string, status: number) =>
      sendPage(res, <OperatorLoginPage context={await contextOf(res)} problem={problem} />, status)
    if (limit.isReached(address)) return refuse('There were too many wrong tokens. Try again in ten minutes.', 429)
    if (!sessions.isToken(token)) {
      limit.countWrong(address)
      log('warn', 'operator login refused')
      return refuse('That is not the operator token.', 401)
    }
    limit.forget(address)
    await renewSession(res)
    sessions.logIn(res)
    res.redirect(303, paths.operator)
  })

  router.use(paths.operator, async (_req, res, next) => {
    if (res.locals['operator'] !== true) return res.redirect(303, paths.operatorLogin)
    const { quarantined, failed } = await events.countEvents({ upTo: MOST_COUNTED })
    res.locals['quarantined'] = quarantined + failed
    next()
  })

  router.post(paths.operatorLogout, (_req, res) => {
    sessions.logOut(res)
    res.redirect(303, paths.operatorLogin)
  })

  const desk = orderDesk(parts)
  router.use(operatorOrderRoutes({ ...parts, desk }))
  router.use(operatorChangeRoutes({ ...parts, desk }))
  router.use(operatorCardRoutes({ ...parts, desk }))
  return router
}
