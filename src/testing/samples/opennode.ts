/** OpenNode's callbacks, signed when they are sent. All ids are invented. The charge that OpenNode returns decides the event. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const callback = (status: string) => ({
  id: '4d91c6e2-7b35-4f08-8a1c-d2e5f7906b3a',
  callback_url: 'https://shop.example/webhooks/opennode',
  success_url: 'https://shop.example/thanks',
  status,
  order_id: 'ORDER-1001',
  description: 'Order 1001',
  price: '142000',
  fee: '1420',
  auto_settle: '0',
  hashed_order: '',
})

export const samples = {
  processing: callback('processing'),
  underpaid: callback('underpaid'),
  paid: callback('paid'),
  refunded: callback('refunded'),
  expired: callback('expired'),
} as const

/** The types if OpenNode returns the same status. */
export const types = {
  processing: 'payment.detected',
  underpaid: 'payment.partially_paid',
  paid: 'payment.confirmed',
  refunded: 'payment.refunded',
  expired: 'payment.expired',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['id'],
}

/** Signed with the API key. The command itself reads no charge back; the shop does. */
export const account: SampleAccount = {
  options: { apiKey: 'OPENNODE_API_KEY' },
  secret: 'apiKey',
  readBack: {
    asks: "OpenNode's API",
    unknown: 'a charge that OpenNode does not know is put off with 503',
    instead: 'a readBack',
  },
  async load() {
    const { openNode } = await import('../../providers/opennode/index.js')
    return ({ options: { apiKey } }) => openNode({ apiKey, readBack: () => Promise.resolve(null) })
  },
}
