/** Never runs, only compiles. The types of the shop's mapping are inferred, without a hand-written generic. */
import { z } from 'zod'
import {
  fromMinorUnits,
  identifier,
  memoryStore,
  paymentWebhook,
  readBack,
  type Secret,
  type UnrecognisedEvent,
  type WebhookEvent,
} from '../../src/index.js'
import { adyen, type AdyenItem } from '../../src/providers/adyen/index.js'
import { standardWebhooks, type StandardEnvelope } from '../../src/providers/standard-webhooks/index.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const exactly =
  <Expected>() =>
  <Actual>(_value: Actual, _same: Equal<Actual, Expected>): void => {}

const store = memoryStore()
const secret = process.env['SECRET']

// Without a mapping, events keep their names, and only listed events can have handlers.
paymentWebhook(standardWebhooks({ secret, types: ['standard-webhooks.invoice.paid'] }), {
  store,
  on: {
    'standard-webhooks.invoice.paid': (event) => {
      exactly<'standard-webhooks'>()(event.provider, true)
      exactly<StandardEnvelope>()(event.native, true)
      exactly<string | null>()(event.native.timestamp, true)
    },
  },
  onUnhandled: (event) =>
    exactly<
      | WebhookEvent<'standard-webhooks', 'standard-webhooks.invoice.paid', StandardEnvelope>
      | UnrecognisedEvent<'standard-webhooks'>
    >()(event, true),
})
const one = standardWebhooks({ secret, types: ['standard-webhooks.a'] })
// @ts-expect-error it is not among the types
paymentWebhook(one, { store, on: { 'standard-webhooks.b': () => {} } })
// @ts-expect-error a type begins with the sender's name
standardWebhooks({ secret, name: 'acme', types: ['standard-webhooks.invoice.paid'] })
// @ts-expect-error nothing says what the events are called
standardWebhooks({ secret })

// With only a mapping, the body is the recommended envelope, and the identity need not be named.
const acme = standardWebhooks({
  secret,
  name: 'acme',
  types: ['payment.confirmed', 'acme.invoice.sent'],
  toEvent: (native, { id }) => {
    exactly<StandardEnvelope>()(native, true)
    exactly<string>()(id, true)
    if (native.type === 'invoice.sent') return { type: 'acme.invoice.sent', native }
    if (native.type !== 'invoice.paid') return { unrecognised: native.type, native }
    return { type: 'payment.confirmed', orderId: id, native }
  },
})
paymentWebhook(acme, {
  store,
  on: { 'payment.confirmed': ({ native }) => exactly<StandardEnvelope>()(native, true), 'acme.invoice.sent': () => {} },
})
// @ts-expect-error such an event never arrives
paymentWebhook(acme, { store, on: { 'payment.failed': () => {} } })

// With a schema as well, the payload has the type of that schema.
const order = z.looseObject({ type: z.string(), data: z.looseObject({ id: identifier, cents: z.int() }) })
const polarLike = (options: { secret: Secret }) =>
  standardWebhooks({
    ...options,
    name: 'polar-like',
    key: ['whsec', 'text'],
    types: ['payment.confirmed'],
    schema: order,
    async toEvent(native) {
      exactly<number>()(native.data.cents, true)
      if (native.type !== 'order.paid') return { unrecognised: native.type, native }
      const received = { amount: fromMinorUnits(native.data.cents, 'EUR'), currency: 'EUR', basis: 'total' as const }
      return { type: 'payment.confirmed' as const, paymentId: native.data.id, received, native }
    },
  })
paymentWebhook(polarLike({ secret }), {
  store,
  on: {
    'payment.confirmed': (event) => {
      exactly<'polar-like'>()(event.provider, true)
      exactly<number>()(event.native.data.cents, true)
    },
  },
})

// A thin body is read back.
const thin = standardWebhooks({
  publicKey: secret,
  types: ['payment.confirmed'],
  toEvent: (_native, { id }) =>
    readBack({
      key: id,
      known: { type: 'payment.confirmed', identity: [id] },
      read: async () => ({ amount: 1 }),
      toEvent: (state) => ({ type: 'payment.confirmed' as const, identity: [id], native: state }),
    }),
})
paymentWebhook(thin, { store, on: { 'payment.confirmed': ({ native }) => exactly<number>()(native.amount, true) } })

// @ts-expect-error the mapping answers a type that is not listed
standardWebhooks({ secret, types: ['payment.failed'], toEvent: (native) => ({ type: 'payment.confirmed', native }) })
// @ts-expect-error there is no such event
standardWebhooks({ secret, types: ['payment.paid'], toEvent: (native) => ({ type: 'payment.paid', native }) })
// @ts-expect-error no such family
standardWebhooks({ secret, headers: 'x', types: ['standard-webhooks.a'] })

// Adyen's items, for every event that they become.
paymentWebhook(adyen({ hmacKey: secret, merchantAccount: secret, capture: 'manual' }), {
  store,
  on: {
    'transaction.confirmed': ({ native }) => exactly<AdyenItem>()(native, true),
    'adyen.REPORT_AVAILABLE': ({ native }) => exactly<boolean>()(native.success, true),
  },
})
adyen({
  hmacKey: secret,
  merchantAccount: 'A',
  capture: async ({ orderId }) => (orderId === null ? 'manual' : 'automatic'),
})
// @ts-expect-error how payments are captured has no default
adyen({ hmacKey: secret, merchantAccount: 'A' })
// @ts-expect-error nor has the account
adyen({ hmacKey: secret, capture: 'manual' })
const cards = adyen({ hmacKey: secret, merchantAccount: 'A', capture: 'manual' })
// @ts-expect-error there is no such code
paymentWebhook(cards, { store, on: { 'adyen.PAID': () => {} } })
