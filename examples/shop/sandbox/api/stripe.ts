/**
 * Stripe's merchant calls: open a checkout session, capture or release a reserved amount, and refund.
 *
 * Source: docs.stripe.com (api) and stripe-node 23.1.0: forms in, JSON out. A call that is repeated with the same
 * Idempotency-Key gets the answer of the first one.
 */
import { Big } from 'big.js'
import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { problems } from '../fields.js'
import { intentJson, refundJson, sessionJson } from '../providers/stripe/objects.js'
import { openSession, type StripePayment } from '../providers/stripe/payment.js'
import { stripe } from '../providers/stripe/stripe.js'
import type { Action } from '../providers/provider.js'
import { Refusal } from '../refusal.js'
import { sameText } from '../signature.js'
import { baseUrl, type ApiContext } from './context.js'

const MINUTE_MS = 60_000
/** How long a session is open if no time was set, and the limits of that time. */
const DAY_MS = 24 * 60 * MINUTE_MS
const LEAST_MS = 30 * MINUTE_MS

const minorUnits = z.coerce
  .number()
  .int()
  .min(1)
  .max(99_999_999)
  .transform((units) => new Big(units).div(100).toFixed())

const newSession = z.object({
  mode: z.literal('payment'),
  success_url: z.url(),
  client_reference_id: z.string().max(200).optional(),
  expires_at: z.coerce.number().int().optional(),
  line_items: z.tuple([
    z.object({
      quantity: z.literal('1'),
      price_data: z.object({ currency: z.enum(['eur', 'usd', 'gbp']), unit_amount: minorUnits }),
    }),
  ]),
  payment_intent_data: z
    .object({
      metadata: z.record(z.string(), z.string().max(500)).default({}),
      capture_method: z.enum(['automatic_async', 'manual']).default('automatic_async'),
    })
    .prefault({}),
})
const capture = z.object({ amount_to_capture: minorUnits.optional() })
const refund = z.object({ payment_intent: z.string(), amount: minorUnits.optional() })

const listed = z.object({
  'created[gte]': z.coerce.number().default(0),
  'created[lte]': z.coerce.number().default(Number.MAX_SAFE_INTEGER),
  starting_after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(10),
})

export function stripeApi({ accounts, desk, payments, deliveries }: ApiContext): Router {
  const router = Router()
  router.use(authorize(accounts.stripe.secretKey), express.urlencoded({ extended: true }), answerAgain())

  const find = (id: string): StripePayment => {
    const found = payments.find('stripe', id)
    if (found === null) throw new Refusal(404, `No such payment_intent: '${id}'`)
    return found.payment as StripePayment
  }
  const act = (id: string, action: Action, amount: string | undefined): StripePayment => {
    if (!stripe.actions(find(id)).includes(action)) {
      throw new Refusal(400, `This PaymentIntent could not be changed because it has a status of ${find(id).status}.`)
    }
    return desk.act('stripe', id, { action, ...(amount !== undefined && { amount }) }) as StripePayment
  }

  router.post('/checkout/sessions', (req, res) => {
    const { line_items: lines, payment_intent_data: intent, ...body } = read(newSession, req)
    const [{ price_data: price }] = lines
    const now = Date.now()
    const expiresAt = body.expires_at === undefined ? now + DAY_MS : body.expires_at * 1000
    if (expiresAt < now + LEAST_MS || expiresAt > now + DAY_MS) {
      throw new Refusal(400, 'The `expires_at` timestamp must be between 30 minutes and 24 hours from now.')
    }
    const payment = openSession({
      amount: price.unit_amount,
      currency: price.currency.toUpperCase(),
      clientReferenceId: body.client_reference_id ?? null,
      metadata: intent.metadata,
      successUrl: body.success_url,
      captureMethod: intent.capture_method,
      ...{ expiresAt, now },
    })
    desk.open({ payment, callbacks: [] })
    res.json(sessionJson(payment, baseUrl(req) + stripe.payerPath(payment)))
  })

  router.get('/payment_intents/:id', (req, res) => void res.json(intentJson(find(req.params.id))))

  router.post('/payment_intents/:id/capture', (req, res) => {
    res.json(intentJson(act(req.params.id, 'capture', read(capture, req).amount_to_capture)))
  })

  router.post('/payment_intents/:id/cancel', (req, res) => {
    res.json(intentJson(act(req.params.id, 'cancel', undefined)))
  })

  router.post('/refunds', (req, res) => {
    const { payment_intent: id, amount } = read(refund, req)
    const payment = act(id, 'refund', amount)
    res.json(refundJson(payment, payment.details.refunds.at(-1)!))
  })

  // Newest first.
  router.get('/events', (req, res) => {
    const { searchParams: query } = new URL(req.originalUrl, 'http://sandbox')
    const types = query.getAll('types[]')
    const { starting_after: after, limit, ...created } = listed.parse(Object.fromEntries(query))
    const isWanted = (one: ListedEvent) =>
      one.created >= created['created[gte]'] &&
      one.created <= created['created[lte]'] &&
      (types.length === 0 || types.includes(one.type))
    const wanted = deliveries
      .sentBy('stripe')
      .flatMap(({ body }) => eventIn(body) ?? [])
      .filter(isWanted)
    const start = after === undefined ? 0 : wanted.findIndex(({ id }) => id === after) + 1
    const data = wanted.slice(start, start + limit)
    res.json({ object: 'list', url: '/v1/events', data, has_more: start + limit < wanted.length })
  })

  router.use(failure)
  return router
}

function authorize(secretKey: string): RequestHandler {
  return (req, _res, next) => {
    const given = req.get('authorization') ?? ''
    if (!sameText(given, `Bearer ${secretKey}`)) throw new Refusal(401, 'Invalid API Key provided')
    next()
  }
}

const MOST_KEYS = 1000

/** Answers a repeated call while its key is remembered, without doing the work again. */
function answerAgain(): RequestHandler {
  const answers = new Map<string, { readonly status: number; readonly body: unknown }>()
  return (req, res, next) => {
    const key = req.get('idempotency-key')
    if (req.method !== 'POST' || key === undefined) return next()
    const known = answers.get(key)
    if (known !== undefined) return void res.status(known.status).set('idempotent-replayed', 'true').json(known.body)
    const send = res.json.bind(res)
    res.json = (body) => {
      if (answers.size < MOST_KEYS) answers.set(key, { status: res.statusCode, body })
      return send(body)
    }
    next()
  }
}

function read<Schema extends z.ZodType>(schema: Schema, req: Request): z.output<Schema> {
  const { success, data, error } = schema.safeParse(req.body ?? {})
  if (success) return data
  throw new Refusal(400, `Invalid parameters: ${JSON.stringify(problems(error))}`)
}

/** An error in Stripe's form. */
function failure(error: Error & { status?: number }, _req: Request, res: Response, next: (error: Error) => void) {
  if (!(error instanceof Refusal)) return next(error)
  const { status, message } = error
  res.status(status).json({ error: { type: 'invalid_request_error', message } })
}

interface ListedEvent {
  readonly id: string
  readonly type: string
  readonly created: number
}

/** Null for a delivery of the sandbox in an undocumented form. */
function eventIn(body: string): ListedEvent | null {
  const found = JSON.parse(body) as { readonly object?: unknown }
  return found.object === 'event' ? (found as unknown as ListedEvent) : null
}
