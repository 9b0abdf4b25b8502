/** The sandbox's own controls: the same routes for the buttons on its pages and for programs that speak JSON. */
import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { baseUrl } from './api/context.js'
import { deliverySettings } from './delivery/settings.js'
import type { Desk } from './desk.js'
import { amount } from './fields.js'
import { PROVIDERS, type Payment } from './payment.js'
import { ACTIONS } from './providers/provider.js'
import { Refusal } from './refusal.js'
import type { PaymentTable } from './storage/payments.js'
import { TROUBLES } from './troubles.js'
import type { PaymentView } from './view.js'

/** How long a click waits for the shop's answer, to show it at once. */
const PATIENCE_MS = 1500

const provider = z.enum(PROVIDERS)
/** An empty field of a form says as much as none. */
const blankAsMissing = (value: unknown) => (value === '' ? undefined : value)
const actionInput = z.object({
  action: z.enum(ACTIONS),
  amount: z.preprocess(blankAsMissing, amount.optional()),
  coin: z.preprocess(blankAsMissing, z.string().optional()),
})

const troubleInput = z.object({ trouble: z.enum(TROUBLES) })

export interface ControlContext {
  readonly desk: Desk
  readonly payments: PaymentTable
  readonly view: (payment: Payment, baseUrl: string) => PaymentView
  readonly settled: (limitMs: number) => Promise<void>
}

export function controlRoutes({ desk, payments, view, settled }: ControlContext): Router {
  const router = Router()
  router.use(sameSiteOnly, express.json(), express.urlencoded({ extended: false }))

  /** To a program the payment, to a browser its page. */
  async function answer(req: Request, res: Response, payment: Payment): Promise<void> {
    if (req.is('urlencoded') === false) return void res.json(view(payment, baseUrl(req)))
    await settled(PATIENCE_MS)
    res.redirect(303, view(payment, baseUrl(req)).payerUrl)
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

  router.post('/payments/:provider/:id/actions', async (req, res) => {
    const { action, amount, coin } = parse(actionInput, req.body)
    const input = { action, ...(amount !== undefined && { amount }), ...(coin !== undefined && { coin }) }
    await answer(req, res, desk.act(parse(provider, req.params.provider), req.params.id, input))
  })

  router.post('/payments/:provider/:id/delivery', async (req, res) => {
    const settings = parse(deliverySettings, req.body ?? {})
    await answer(req, res, desk.setDelivery(parse(provider, req.params.provider), req.params.id, settings))
  })

  router.post('/payments/:provider/:id/troubles', async (req, res) => {
    const { trouble } = parse(troubleInput, req.body)
    await answer(req, res, desk.trouble(parse(provider, req.params.provider), req.params.id, trouble))
  })

  router.post('/deliveries/:id/resend', async (req, res) => {
    await answer(req, res, desk.resend(parse(z.coerce.number().int(), req.params.id)))
  })

  return router
}

/** Another site's page must not press these buttons. Browsers say where a request comes from; programs need not. */
const sameSiteOnly: RequestHandler = (req, _res, next) => {
  const site = req.get('sec-fetch-site')
  if (req.method === 'GET' || site === undefined || site === 'same-origin' || site === 'none') return next()
  throw new Refusal(403, 'this was sent by a page of another site')
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new Refusal(400, result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}
