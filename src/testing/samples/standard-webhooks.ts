/** Bodies of an invented sender, in the form that Standard Webhooks recommends. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const body = (type: string, data: object) => ({ type, timestamp: '2026-11-27T08:09:58.412733Z', data })

export const samples = {
  'invoice.paid': body('invoice.paid', {
    id: 'inv_4Rk8Wp20',
    order_id: 'ORDER-1001',
    amount: '129.00',
    currency: 'EUR',
    paid_at: '2026-11-27T08:09:57.001Z',
  }),
  'invoice.paid (thin)': body('invoice.paid', { id: 'inv_4Rk8Wp20' }),
} as const

/** The types if `standard-webhooks.invoice.paid` is one of the provider's types. */
export const types = {
  'invoice.paid': 'standard-webhooks.invoice.paid',
  'invoice.paid (thin)': 'standard-webhooks.invoice.paid',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['data.id'],
}

export const account: SampleAccount = {
  options: { secret: 'STANDARD_WEBHOOKS_SECRET' },
  secret: 'secret',
  async load() {
    const { standardWebhooks } = await import('../../providers/standard-webhooks/index.js')
    return ({ options: { secret }, now }) =>
      standardWebhooks({ secret, now, types: ['standard-webhooks.invoice.paid'] })
  },
  signsTime: 'always',
  examined: 'invoice.paid',
}
