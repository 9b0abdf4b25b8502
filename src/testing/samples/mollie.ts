/** Mollie's signed events, each with its entity, and a classic callback. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const PAYMENT = 'tr_5B8cwPMGnU6qLbRvo7qEZo'
const API = 'https://api.mollie.com/v2'

const event = <Entity extends { readonly id: string }>(
  id: string,
  type: string,
  createdAt: string,
  entity: Entity,
) => ({
  resource: 'event',
  id,
  type,
  entityId: entity.id,
  createdAt,
  _embedded: { entity },
  _links: { self: { href: `${API}/events/${id}`, type: 'application/hal+json' } },
})

const payment = (status: string, rest: object) => ({
  resource: 'payment',
  id: PAYMENT,
  mode: 'live',
  createdAt: '2026-11-25T10:28:00+00:00',
  amount: { value: '49.90', currency: 'EUR' },
  description: 'Order ORDER-1001',
  method: 'ideal',
  metadata: { order_id: 'ORDER-1001' },
  status,
  profileId: 'pfl_QkEhN94Ba',
  sequenceType: 'oneoff',
  redirectUrl: 'https://shop.example/return',
  ...rest,
  _links: { self: { href: `${API}/payments/${PAYMENT}`, type: 'application/hal+json' } },
})

const refund = (status: string) => ({
  resource: 'refund',
  id: 're_4qqhO89gsT',
  mode: 'live',
  description: 'Order ORDER-1001',
  amount: { value: '15.00', currency: 'EUR' },
  metadata: null,
  status,
  paymentId: PAYMENT,
  createdAt: '2026-11-26T09:00:00+00:00',
  _links: { self: { href: `${API}/payments/${PAYMENT}/refunds/re_4qqhO89gsT`, type: 'application/hal+json' } },
})

const chargeback = (rest: object) => ({
  resource: 'chargeback',
  id: 'chb_n9z0tp',
  amount: { value: '49.90', currency: 'EUR' },
  paymentId: PAYMENT,
  createdAt: '2026-11-28T09:00:00+00:00',
  reason: { code: 'AC01', description: 'Account identifier incorrect' },
  ...rest,
  _links: { self: { href: `${API}/payments/${PAYMENT}/chargebacks/chb_n9z0tp`, type: 'application/hal+json' } },
})

export const samples = {
  'payment.pending': event(
    'event_6vTNqkYkRvXsKmVbLc4CJ',
    'payment.pending',
    '2026-11-25T10:29:00+00:00',
    payment('pending', {}),
  ),
  'payment.authorized': event(
    'event_7wUOrlZlSwYtLnWcMd5DK',
    'payment.authorized',
    '2026-11-25T10:29:30+00:00',
    payment('authorized', { method: 'klarna', authorizedAt: '2026-11-25T10:29:29+00:00' }),
  ),
  'payment.paid': event(
    'event_GvJ8WHrp5isUdRub9CJyH',
    'payment.paid',
    '2026-11-25T10:30:01+00:00',
    payment('paid', { paidAt: '2026-11-25T10:30:00+00:00', amountRefunded: { value: '0.00', currency: 'EUR' } }),
  ),
  'payment.failed': event(
    'event_8xVPsmAmTxZuMoXdNe6EL',
    'payment.failed',
    '2026-11-25T10:31:00+00:00',
    payment('failed', { failedAt: '2026-11-25T10:30:59+00:00' }),
  ),
  'payment.canceled': event(
    'event_9yWQtnBnUyAvNpYeOf7FM',
    'payment.canceled',
    '2026-11-25T10:32:00+00:00',
    payment('canceled', { canceledAt: '2026-11-25T10:31:59+00:00' }),
  ),
  'payment.expired': event(
    'event_AzXRuoCoVzBwOqZfPg8GN',
    'payment.expired',
    '2026-11-25T10:43:01+00:00',
    payment('expired', { expiredAt: '2026-11-25T10:43:00+00:00' }),
  ),
  'refund.queued': event('event_BaYSvpDpWaCxPrAgQh9HO', 'refund.queued', '2026-11-26T09:00:01+00:00', refund('queued')),
  'refund.pending': event(
    'event_CbZTwqEqXbDyQsBhRiAIP',
    'refund.pending',
    '2026-11-26T09:01:00+00:00',
    refund('pending'),
  ),
  'refund.processing': event(
    'event_DcAUxrFrYcEzRtCiSjBJQ',
    'refund.processing',
    '2026-11-26T16:00:00+00:00',
    refund('processing'),
  ),
  'refund.refunded': event(
    'event_HwK9XJsq6jtVeSvc0DKzJ',
    'refund.refunded',
    '2026-11-27T08:00:00+00:00',
    refund('refunded'),
  ),
  'refund.failed': event('event_EdBVysGsZdFaSuDjTkCKR', 'refund.failed', '2026-11-27T08:00:00+00:00', refund('failed')),
  'refund.canceled': event(
    'event_FeCWztHtAeGbTvEkUlDLS',
    'refund.canceled',
    '2026-11-26T10:00:00+00:00',
    refund('canceled'),
  ),
  'chargeback.received': event(
    'event_GfDXauIuBfHcUwFlVmEMT',
    'chargeback.received',
    '2026-11-28T09:00:01+00:00',
    chargeback({}),
  ),
  'chargeback.reversed': event(
    'event_HgEYbvJvCgIdVxGmWnFNU',
    'chargeback.reversed',
    '2026-12-05T09:00:01+00:00',
    chargeback({ reversedAt: '2026-12-05T09:00:00+00:00' }),
  ),
  /** The classic callback to the `webhookUrl` of a payment, as a form. */
  classic: { id: PAYMENT },
} as const

const CONFIRMED: string = 'payment.confirmed'

export const types = {
  'payment.pending': 'payment.pending',
  'payment.authorized': 'payment.authorized',
  'payment.paid': 'payment.confirmed',
  'payment.failed': 'payment.failed',
  'payment.canceled': 'payment.canceled',
  'payment.expired': 'payment.expired',
  'refund.queued': 'refund.pending',
  'refund.pending': 'refund.pending',
  'refund.processing': 'refund.pending',
  'refund.refunded': 'refund.confirmed',
  'refund.failed': 'refund.failed',
  'refund.canceled': 'refund.failed',
  'chargeback.received': 'dispute.opened',
  'chargeback.reversed': 'dispute.won',
  /**
   * The type if Mollie answers that the payment is paid. `CONFIRMED` hides it from the type system, so that `payment.confirmed`
   * has
   * the type of a signed event.
   */
  classic: CONFIRMED,
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  event: ['id'],
  payment: ['entityId', '_embedded.entity.paymentId'],
  inTexts: [PAYMENT],
}

/** The account of signed webhooks. A classic one contains only an id, and the shop asks Mollie about it. */
export const account: SampleAccount = {
  options: { secret: 'MOLLIE_WEBHOOK_SECRET' },
  secret: 'secret',
  async load() {
    const { mollie } = await import('../../providers/mollie/index.js')
    return ({ options: { secret } }) => mollie({ secret })
  },
  inTestMode: (name, value) => (name === 'mode' && value === 'live' ? 'test' : value),
  examined: 'payment.paid',
  otherKind:
    "This is for signed (next-gen) webhooks. A classic one, which shops have whose mollie() has no secret, takes its news from Mollie's API alone: try it with `send mollie classic`",
}

/** A classic callback proves nothing, so the shop reads the payment back. */
export const otherAccounts: Readonly<Record<string, SampleAccount>> = {
  classic: {
    options: {},
    secret: null,
    otherKind:
      'This is a classic callback, which carries no signature. Shops whose mollie() has a secret take signed (next-gen) webhooks there: try one with `send mollie payment.paid`',
    readBack: {
      asks: "Mollie's API",
      unknown: 'a payment that Mollie does not know is acknowledged, and runs no handler',
      instead: 'a readBack',
    },
    async load() {
      const { mollie } = await import('../../providers/mollie/index.js')
      return () => mollie({ readBack: () => Promise.resolve(null) })
    },
  },
}
