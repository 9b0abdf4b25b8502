/** Checkout: the buyer chooses the provider and the e-mail address. The server sets the price. */
import { Router, type Response } from 'express'
import { z } from 'zod'
import type { Checkout } from '../checkout.js'
import type { Orders } from '../orders/orders.js'
import { ProviderError } from '../payments/call-provider.js'
import { CURRENCIES, PROVIDERS } from '../payments/providers.js'
import { totalsOf } from '../prices.js'
import { CheckoutPage, paths } from '../views/index.js'
import type { CheckoutPageProps, CheckoutProblems, LineView, ProviderChoice } from '../views/props.js'
import type { Log } from '../web/log.js'
import { requestIdOf } from '../web/request-log.js'
import { visitorOf } from '../web/visitor.js'
import { sendPage, type ContextOf } from './page.js'

const MOST_CHARACTERS = 254
const form = z.object({
  provider: z.enum(PROVIDERS),
  email: z.string().trim().pipe(z.email().max(MOST_CHARACTERS)),
})

const NO_PROBLEMS: CheckoutProblems = { provider: null, email: null, form: null }

export function checkoutRoutes(parts: {
  readonly checkout: Checkout
  readonly orders: Orders
  readonly contextOf: ContextOf
  readonly log: Log
}): Router {
  const { checkout, orders, contextOf, log } = parts
  const router = Router()

  type Shown = Omit<CheckoutPageProps, 'context' | 'lines' | 'choices'>
  const show = async (res: Response, lines: readonly LineView[], shown: Shown, status = 200) => {
    const page = { context: await contextOf(res), lines, choices: choicesFor(lines), ...shown }
    sendPage(res, <CheckoutPage {...page} />, status)
  }

  router.get(paths.checkout, async (_req, res) => {
    const lines = await checkout.linesOf(visitorOf(res).session)
    if (lines.length === 0) return res.redirect(303, paths.cart)
    await show(res, lines, { entered: { provider: null, email: '' }, problems: NO_PROBLEMS })
  })

  router.post(paths.checkout, async (req, res) => {
    const { session } = visitorOf(res)
    const entered = enteredIn(req.body)
    const refuse = async (problems: Partial<CheckoutProblems>, status: number) => {
      const lines = await checkout.linesOf(session)
      await show(res, lines, { entered, problems: { ...NO_PROBLEMS, ...problems } }, status)
    }
    const { success, data: buyer, error } = form.safeParse(req.body)
    if (!success) {
      const isWrong = (field: string) => error.issues.some(({ path }) => path[0] === field)
      return refuse(
        {
          provider: isWrong('provider') ? 'Please choose how you want to pay.' : null,
          email: isWrong('email') ? 'Please enter an e-mail address, for example name@example.com.' : null,
        },
        422,
      )
    }
    try {
      const order = await checkout.place({ session, ...buyer })
      if (order !== null) return res.redirect(303, paths.order(order.id))
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      log('error', 'a provider opened no payment', { requestId: requestIdOf(res), reason: error.message })
      return refuse(
        { form: 'This way to pay cannot be reached at the moment. Nothing was ordered: try again, or choose another.' },
        503,
      )
    }
    // The cart is empty because the same form was sent twice, and the first one made the order.
    const newest = await orders.ofSession(session, null)
    res.redirect(303, newest !== null && isRecent(newest.placedAt) ? paths.order(newest.id) : paths.cart)
  })

  return router
}

function choicesFor(lines: readonly LineView[]): readonly ProviderChoice[] {
  const totals = totalsOf(lines)
  return PROVIDERS.flatMap((name) => {
    const total = totals.find(({ currency }) => currency === CURRENCIES[name])
    return total === undefined ? [] : [{ name, total }]
  })
}

function enteredIn(body: unknown): CheckoutPageProps['entered'] {
  const { provider, email } = (body ?? {}) as Record<string, unknown>
  return {
    provider: PROVIDERS.find((name) => name === provider) ?? null,
    email: typeof email === 'string' ? email.slice(0, MOST_CHARACTERS) : '',
  }
}

function isRecent(instant: string): boolean {
  return Date.now() - Date.parse(instant) < 60_000
}
