/** Never runs, only compiles. Each `@ts-expect-error` is a mistake that must stay a compile error. */
import { createServer } from 'node:http'
import express from 'express'
import { z } from 'zod'
import {
  cityPay,
  coinbarPay,
  coinsPh,
  createReceiver,
  cryptoGateway,
  defineProvider,
  hmacSignature,
  memoryStore,
  paymentWebhook,
  toFetchHandler,
  toNodeListener,
  type Money,
  type Outcome,
  type Received,
} from '../../src/index.js'
import type { AuthenticatedDelivery } from '../../src/flow/authenticate.js'
import { confirm, type ProvenDraft } from '../../src/flow/confirm.js'
import type { Lease } from '../../src/flow/claims/lease.js'
import { deduplicate } from '../../src/flow/deduplicate.js'
import { dispatch } from '../../src/flow/dispatch.js'
import { parse } from '../../src/flow/parse.js'
import { toEvent, type ConfirmedEvent } from '../../src/flow/to-event.js'
import type { Delivery, Provider, WebhookEvent } from '../../src/index.js'
import type { Claim, DeliveryContext } from '../../src/flow/state/context.js'
import type { ReceiverState } from '../../src/flow/state/receiver.js'
import { sample } from '../../src/testing/index.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const exactly =
  <Expected>() =>
  <Actual>(_value: Actual, _same: Equal<Actual, Expected>): void => {}

const store = memoryStore()
const secret = process.env['SECRET']
const app = express()

// Mounts at every place in which Express takes a handler; the types accept an unset environment variable.
app.use('/coins-ph', paymentWebhook(coinsPh({ token: secret }), { store, on: {} }))
app.post('/coins-ph', paymentWebhook(coinsPh({ token: [secret ?? '', 'another'] }), { store, on: {} }))

// A receiver has the same types and leads to every door; a webhook is a receiver.
const receiver = createReceiver(coinsPh({ token: secret }), {
  store,
  on: { 'payment.confirmed': (event) => exactly<string>()(event.native.event.data.amount_received, true) },
})
app.use('/coins-ph', paymentWebhook(receiver))
toNodeListener({ '/coins-ph': receiver, '/again': paymentWebhook(receiver), '/fetch': toFetchHandler(receiver) }, app)
exactly<Promise<Outcome>>()(receiver.receive({ body: 'text', headers: new Headers() }), true)
// Hosts without Express call it with Node's own request and response.
createServer((req, res) => void paymentWebhook(receiver)(req, res))
// @ts-expect-error a parsed body cannot be verified
void receiver.receive({ body: { parsed: true }, headers: {} })
// @ts-expect-error a receiver has options of its own
paymentWebhook(receiver, { store, on: {} })
// @ts-expect-error coins-ph emits no such type
createReceiver(coinsPh({ token: secret }), { store, on: { 'payment.confimed': () => {} } })

// Payloads are inferred from the provider and the event's name.
paymentWebhook(coinsPh({ token: secret }), {
  store,
  on: {
    'payment.confirmed': async (event, { attempt, idempotencyKey, requestId, signal, tx }) => {
      exactly<'payment.confirmed'>()(event.type, true)
      exactly<'coins-ph'>()(event.provider, true)
      exactly<string | null>()(event.orderId, true)
      exactly<Money | null>()(event.expected, true)
      exactly<Received | null>()(event.received, true)
      exactly<string>()(event.native.event.data.amount_received, true)
      exactly<number>()(attempt, true)
      exactly<string>()(idempotencyKey, true)
      exactly<string>()(requestId, true)
      exactly<AbortSignal>()(signal, true)
      exactly<undefined>()(tx, true)
      // @ts-expect-error an invoice has no such field
      void event.native.event.data.payment_id_coinbar
    },
  },
})

paymentWebhook(cryptoGateway({ secret }), {
  store,
  on: {
    'transaction.confirmed': ({ native }) => exactly<string>()(native.amount, true),
    'crypto-gateway.withdrawal.completed': ({ native }) => exactly<string>()(native.id, true),
    'crypto-gateway.address.created': ({ native }) => exactly<string | null>()(native.address, true),
  },
  onUnhandled: (event) => {
    if (event.type === 'transaction.failed') exactly<string>()(event.native.amount, true)
  },
  onError: (error, { body, event }) => {
    exactly<Buffer | null>()(body, true)
    exactly<string | null | undefined>()(event?.orderId, true)
    if (error.code === 'HANDLER_FAILED') return
    // @ts-expect-error no such code
    if (error.code === 'HANDLER_FELL_OVER') return
  },
})

paymentWebhook(coinbarPay({ clientId: secret, secretKey: secret }), {
  store,
  on: { 'payment.refunded': ({ native }) => exactly<string>()(native.status, true) },
})

cityPay({ orderToken: () => 't' })
cityPay({ orderToken: async (reference) => ({ token: null, orderId: reference, total: 1 }) })
paymentWebhook(cityPay({ orderToken: async () => undefined }), {
  store,
  on: {
    'payment.confirmed': ({ native }) => exactly<string | null>()(native.received, true),
    'transaction.confirmed': ({ native }) => exactly<string>()(native.deposit_token, true),
  },
})

// Mistakes in names.
// @ts-expect-error misspelt event
paymentWebhook(coinsPh({ token: secret }), { store, on: { 'payment.confirmd': () => {} } })
// @ts-expect-error Coins.ph sends no refunds
paymentWebhook(coinsPh({ token: secret }), { store, on: { 'payment.refunded': () => {} } })
// @ts-expect-error the gateway speaks of transactions, never of whole payments
paymentWebhook(cryptoGateway({ secret }), { store, on: { 'payment.confirmed': () => {} } })
// @ts-expect-error misspelt option
paymentWebhook(coinsPh({ token: secret }), { store, on: {}, timeoutMS: 1000 })
// @ts-expect-error a store is not optional: forgetting is a decision
paymentWebhook(coinsPh({ token: secret }), { on: {} })
// @ts-expect-error a store, not a Map
paymentWebhook(coinsPh({ token: secret }), { store: new Map(), on: {} })
// @ts-expect-error a limit needs a unit
paymentWebhook(coinsPh({ token: secret }), { store, on: {}, limit: 'large' })

// Mistakes in providers.
// @ts-expect-error the option is called token
coinsPh({ secret })
// @ts-expect-error a secret must be given, even if the variable behind it may be unset
cryptoGateway({})
// @ts-expect-error no such mode
cryptoGateway({ secret, mode: 'auto' })
// @ts-expect-error the secret key is missing
coinbarPay({ clientId: secret })
// @ts-expect-error orderToken is what makes CityPay safe
cityPay({})
// @ts-expect-error an object must contain the order's id as well; a token without it is a text
cityPay({ orderToken: () => ({ token: 't' }) })

// A shop's own provider has the same types, without a hand-written generic.
const acme = defineProvider({
  name: 'acme',
  types: ['payment.confirmed', 'acme.settlement'],
  authentication: hmacSignature({ header: 'x-acme', secret }),
  schema: z.object({ id: z.string(), done: z.boolean() }),
  toEvent: (native) => ({ type: native.done ? 'payment.confirmed' : 'acme.settlement', identity: [native.id], native }),
})
paymentWebhook(acme, { store, on: { 'acme.settlement': (event) => exactly<boolean>()(event.native.done, true) } })
// @ts-expect-error acme lists no such type
paymentWebhook(acme, { store, on: { 'payment.failed': () => {} } })
defineProvider({
  name: 'acme',
  // @ts-expect-error neither a known type nor one of acme's own
  types: ['payment.succeeded'],
  authentication: hmacSignature({ header: 'x-acme', secret }),
  schema: z.object({ id: z.string() }),
  // @ts-expect-error the same
  toEvent: (native) => ({ type: 'payment.succeeded', identity: [native.id], native }),
})
// @ts-expect-error nothing is accepted without authentication
defineProvider({
  name: 'acme',
  types: ['payment.confirmed'],
  schema: z.object({ id: z.string() }),
  toEvent: (native) => ({ type: 'payment.confirmed', identity: [native.id], native }),
})

// Types enforce the order of the steps: each call compiles with the answer of the step before it.
declare const delivery: Delivery
declare const authenticated: AuthenticatedDelivery
declare const provider: Provider
declare const event: WebhookEvent
declare const proven: Exclude<ProvenDraft, { readonly ignored: string }>
declare const confirmed: ConfirmedEvent
declare const state: ReceiverState
declare const context: DeliveryContext
declare const handle: () => Promise<Outcome>
declare const claim: Claim
declare const lease: Lease
void parse(state, authenticated)
void confirm(state, authenticated, { unrecognised: 'x', native: {} })
toEvent(provider, proven)
void deduplicate(state, context, event, handle)
dispatch(state, context, { event: confirmed, claim }, lease)
// @ts-expect-error what was not authenticated cannot be parsed
void parse(state, delivery)
// @ts-expect-error nor can it be confirmed
void confirm(state, delivery, { unrecognised: 'x', native: {} })
// @ts-expect-error what was not confirmed cannot become an event
toEvent(provider, { unrecognised: 'x', native: {} })
// @ts-expect-error nor can it be handled, although what a proof covers of it may be claimed before
dispatch(state, context, { event, claim }, lease)

// Samples are named and typed per provider.
exactly<string>()(sample('coins-ph', 'payment.confirmed').event.data.amount, true)
exactly<string>()(sample('coinbar-pay', 'SUCCESS').status, true)
// @ts-expect-error an event of another provider
sample('coins-ph', 'SUCCESS')
// @ts-expect-error no such provider
sample('coins', 'payment.confirmed')
