/** The events that providers sent: the package's operator page, for a logged-in operator of the shop. */
import type { RequestHandler } from 'express'
import type { DurableStore } from 'express-payment-webhooks'
import { operatorPage } from 'express-payment-webhooks/operator'
import type { Transaction } from '../database/database.js'
import { paths } from '../views/paths.js'
import type { Log } from '../web/log.js'

/** Mount it after the check for the operator, and before form parsers: the page has its own tokens. */
export function paymentEvents(events: DurableStore<Transaction>, log: Log): readonly RequestHandler[] {
  const page = operatorPage({
    store: events,
    authorize: (req: Parameters<RequestHandler>[0]) => req.res?.locals['operator'] === true,
    orderUrl: (orderId) => `${paths.operatorSearch}?q=${encodeURIComponent(orderId)}`,
    onAction: ({ kind, key, result }) => log('info', 'operator acted on an event', { kind, key, result }),
  })
  const orLogIn: RequestHandler = (req, res, next) => {
    if (req.method === 'GET' && res.locals['operator'] !== true) return res.redirect(303, paths.operatorLogin)
    next()
  }
  return [orLogIn, page]
}
