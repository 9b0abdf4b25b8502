/** Events of PayMongo in live mode, about one sale. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const PAYMENT = 'pay_v1PcQ8mZsD4rT2yKx7LwBn3H'
const INTENT = 'pi_w3QdR9nZtF5sV4aMz8NyDp2K'

const event = <Data extends object>(id: string, type: string, created_at: number, data: Data) => ({
  data: {
    id,
    type: 'event',
    attributes: { type, livemode: true, data, previous_data: {}, created_at, updated_at: created_at },
  },
})

const payment = (rest: object = {}) => ({
  id: PAYMENT,
  type: 'payment',
  attributes: {
    amount: 149990,
    currency: 'PHP',
    description: 'Order ORDER-1001',
    disputed: false,
    external_reference_number: null,
    fee: 3750,
    livemode: true,
    net_amount: 146240,
    payment_intent_id: INTENT as string | null,
    source: { id: 'src_x4ReS1oAuG6tW5bNa9PzEq3L', type: 'gcash' },
    status: 'paid',
    metadata: { order_id: 'ORDER-1001' },
    refunds: [] as object[],
    created_at: 1795602600,
    paid_at: 1795602600 as number | null,
    updated_at: 1795602600,
    ...rest,
  },
})

const refund = (status: string, amount = 50000, id = 'ref_h5BrC2yLeS7dG6nYm1ZkQa4W') => ({
  id,
  type: 'refund',
  attributes: {
    amount,
    currency: 'PHP',
    livemode: true,
    payment_id: PAYMENT,
    reason: 'requested_by_customer',
    status,
    created_at: 1795689990,
    updated_at: 1795690000,
    metadata: null,
  },
})

const session = (payments: object[]) => ({
  id: 'cs_d1XmY7uGaN3zC2hUg6VfLw9S',
  type: 'checkout_session',
  attributes: {
    livemode: true,
    payment_intent: { id: INTENT, type: 'payment_intent', attributes: { amount: 149990, currency: 'PHP' } },
    payments,
    reference_number: 'ORDER-1001',
    metadata: { order_id: 'ORDER-1001' },
  },
})

const failed = { status: 'failed', paid_at: null, failed_code: 'generic_decline', failed_message: 'It was declined.' }

export const samples = {
  'payment.paid': event('evt_y5SfT2pBvH7uX6cPb1QaFr4M', 'payment.paid', 1795602601, payment()),
  'payment.failed': event('evt_z6TgU3qCwJ8vY7dQc2RbGs5N', 'payment.failed', 1795602500, payment(failed)),
  'payment.paid (test mode)': {
    data: {
      ...event('evt_t7UhV4rDxK9wZ8eRd3ScHt6P', 'payment.paid', 1795602601, payment()).data,
      attributes: { type: 'payment.paid', livemode: false, created_at: 1795602601, data: payment() },
    },
  },
  'checkout_session.payment.paid': event(
    'evt_c9WkX6tFzM2yB1gTf5UeKv8R',
    'checkout_session.payment.paid',
    1795602602,
    session([payment()]),
  ),
  'checkout_session.expired': event(
    'evt_k8LmN5oPqR2sT4uVw6XyZa1B',
    'checkout_session.expired',
    1795689000,
    session([]),
  ),
  'source.chargeable': event('evt_s3ChA6rGeB8lE1dFg5HiJk7M', 'source.chargeable', 1795602590, {
    id: 'src_x4ReS1oAuG6tW5bNa9PzEq3L',
    type: 'source',
    attributes: { amount: 149990, currency: 'PHP', status: 'chargeable', metadata: { order_id: 'ORDER-1001' } },
  }),
  'payment.refund.updated (pending)': event(
    'evt_g1PqB9xKdR6cF5mXk9YjPz3V',
    'payment.refund.updated',
    1795689990,
    refund('pending'),
  ),
  'payment.refund.updated': event(
    'evt_g4AqB1xKdR6cF5mXk9YjPz3V',
    'payment.refund.updated',
    1795690000,
    refund('succeeded'),
  ),
  'payment.refund.updated (failed)': event(
    'evt_g7ArC2yLeS7dG6nYm1ZkQa4W',
    'payment.refund.updated',
    1795690000,
    refund('failed'),
  ),
  'payment.refunded': event(
    'evt_e2YnZ8vHbP4aD3jVh7WgMx1T',
    'payment.refunded',
    1795690000,
    payment({ status: 'refunded', refunds: [refund('succeeded', 149990, 'ref_f3ZpA9wJcQ5bE4kWj8XhNy2U')] }),
  ),
  'payment.refunded (in part)': event(
    'evt_e3ZoA9wIcQ5bE4kWi8XhNy2U',
    'payment.refunded',
    1795690000,
    payment({ status: 'refunded', refunds: [refund('succeeded')] }),
  ),
  'link.payment.paid': event('evt_l4IkP7aYmE2nT5pAi8DqRs3T', 'link.payment.paid', 1795602603, {
    id: 'link_b6CdE9fGhI3jK5lMn8OpQr2S',
    type: 'link',
    attributes: { amount: 149990, status: 'paid', reference_number: 'gYk4qRs' },
  }),
} as const

export const types = {
  'payment.paid': 'payment.confirmed',
  'payment.failed': 'payment.failed',
  'payment.paid (test mode)': 'paymongo.test.payment.paid',
  'checkout_session.payment.paid': 'payment.pending',
  'checkout_session.expired': 'payment.expired',
  'source.chargeable': 'payment.pending',
  'payment.refund.updated (pending)': 'refund.pending',
  'payment.refund.updated': 'refund.confirmed',
  'payment.refund.updated (failed)': 'refund.failed',
  'payment.refunded': 'payment.refunded',
  'payment.refunded (in part)': 'paymongo.payment.refunded',
  'link.payment.paid': 'paymongo.link.payment.paid',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  event: ['data.id'],
  payment: [
    'data.attributes.data.id',
    'data.attributes.data.attributes.payment_intent_id',
    'data.attributes.data.attributes.payment_id',
    'data.attributes.data.attributes.payment_intent.id',
    'data.attributes.data.attributes.payments.0.id',
    'data.attributes.data.attributes.payments.0.attributes.payment_intent_id',
    'data.attributes.data.attributes.refunds.0.id',
    'data.attributes.data.attributes.refunds.0.attributes.payment_id',
    'data.attributes.data.attributes.source.id',
  ],
}

export const account: SampleAccount = {
  options: { secret: 'PAYMONGO_WEBHOOK_SECRET' },
  secret: 'secret',
  async load() {
    const { payMongo } = await import('../../providers/paymongo/index.js')
    return ({ options: { secret }, testMode, now }) => payMongo({ secret, mode: testMode ? 'test' : 'live', now })
  },
  inTestMode: (name, value) => (name === 'livemode' ? false : value),
  modeIsProven: true,
  // The time is signed, but a signature stays valid for three hours, which is longer than `doctor` tries.
  examined: 'payment.paid',
}
