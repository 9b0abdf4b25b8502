/** The sandbox's own controls: the same routes for the buttons on its pages and for programs that send JSON. */
import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { baseUrl } from './api/context.js'
import { deliverySettings } from './delivery/settings.js'
import type { Desk } from './desk.js'
import { amount } from './fields.js'
import { isPerson } from './pages/failure.js'
import { renderPage } from './pages/layout.js'
import type { Problem } from './pages/parts.js'
import { PaymentPage } from './pages/payment-page.js'
import { PROVIDERS, type Payment, type ProviderName } from './payment.js'
import { ACTIONS } from './providers/provider.js'
import { Refusal } from './refusal.js'
import type { PaymentTable } from './storage/payments.js'
import { TROUBLES } from './troubles.js'
import type { PaymentView } from './view.js'

/** How long a click waits for the shop's answer, so that the page can show it at once. */
const PATIENCE_MS = 1500

const provider = z.enum(PROVIDERS)
/** An empty field of a form means the same as a missing one. */
const blankAsMissing = (value: unknown) => (value === '' ? undefined : value)
const actionInput = z.object({
  action: z.enum(ACTIONS),
  amount: z.preprocess(blankAsMissing, amount.optional()),
  coin: z.preprocess(blankAsMissing, z.string().optional()),
})

const troubleInput = z.object({ trouble: z.enum(TROUBLES) })

type Named = Readonly<Record<'provider' | 'id', string>>

export interface ControlContext {
  readonly desk: Desk
  readonly payments: PaymentTable
  readonly view: (payment: Payment, baseUrl: string) => PaymentView
  readonly settled: (limitMs: number) => Promise<void>
}

export function controlRoutes({ desk, payments, view, settled }: ControlContext): Router {
  const router = Router()
  router.use(sameSiteOnly, express.json(), express.urlencoded({ extended: false }))

  /** A program gets the payment, a browser its page. */
  async function answer(req: Request, res: Response, payment: Payment, place = ''): Promise<void> {
    if (req.is('urlencoded') === false) return void res.json(view(payment, baseUrl(req)))
    await settled(PATIENCE_MS)
    res.redirect(303, view(payment, baseUrl(req)).payerUrl + place)
  }

  /** After an error, a person stays on the page with the entered text and the reason. A program gets the reason. */
  const ofPayment = (
    work: (req: Request<Named>, of: ProviderName) => Payment,
    place?: string,
  ): RequestHandler<Named> => {
    return async (req, res) => {
      const of = parse(provider, req.params.provider)
      let payment: Payment
      try {
        payment = work(req, of)
      } catch (error) {
        const found = payments.find(of, req.params.id)
        if (!(error instanceof Refusal) || found === null || !isPerson(req)) throw error
        const page = <PaymentPage payment={view(found.payment, baseUrl(req))} problem={problemIn(error, req.body)} />
        return void res.status(error.status).type('html').send(renderPage(page))
      }
      await answer(req, res, payment, place)
    }
  }

  router.get('/payments', (req, res) => {
    const reference = typeof req.query['reference'] === 'string' ? req.query['reference'] : null
    res.json({ payments: payments.newest(reference).map(({ payment }) => view(payment, baseUrl(req))) })
  })

  router.get('/payments/:provider/:id', (req, res) => {
    const found = payments.find(parse(provider, req.params.provider), req.params.id)
    if (found === null) throw new Refusal(404, 'there is no such payment')
    res.json(view(found.payment, baseUrl(req)))
  })

  router.post(
    '/payments/:provider/:id/actions',
    ofPayment(({ params, body }, of) => {
      const { action, amount, coin } = parse(actionInput, body)
      const input = { action, ...(amount !== undefined && { amount }), ...(coin !== undefined && { coin }) }
      return desk.act(of, params.id, input)
    }),
  )
  router.post(
    '/payments/:provider/:id/delivery',
    ofPayment(({ params, body }, of) => desk.setDelivery(of, params.id, parse(deliverySettings, body ?? {}))),
  )
  router.post(
    '/payments/:provider/:id/troubles',
    // On a phone, the log with the result is far below.
    ofPayment(({ params, body }, of) => desk.trouble(of, params.id, parse(troubleInput, body).trouble), '#log'),
  )

  router.post('/deliveries/:id/resend', async (req, res) => {
    await answer(req, res, desk.resend(parse(z.coerce.number().int(), req.params.id)))
  })

  return router
}

/** A page of another site must not press these buttons. Browsers send the origin of a request; programs need not. */
const sameSiteOnly: RequestHandler = (req, _res, next) => {
  const site = req.get('sec-fetch-site')
  if (req.method === 'GET' || site === undefined || site === 'same-origin' || site === 'none') return next()
  throw new Refusal(403, 'this was sent by a page of another site')
}

/** A provider's error about an amount is complete in its own words. Every other error names its field. */
function problemIn({ status, message, field }: Refusal, body: unknown): Problem {
  const entered = (body ?? {}) as Readonly<Record<string, unknown>>
  const blamed = field ?? (status === 400 && entered['amount'] ? 'amount' : null)
  return { text: message, field: blamed, entered: blamed === null ? '' : String(entered[blamed]) }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { issues } = result.error
  const text = issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  throw new Refusal(400, text, issues[0]?.path.length === 1 ? String(issues[0].path[0]) : null)
}
