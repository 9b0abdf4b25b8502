/** Invoice webhooks of Coins.ph. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const invoice = (name: string, received: string) => ({
  event: {
    name,
    data: {
      id: '6b1f0c4e9a7d4d2c8e35a0f9b7c61d24',
      currency: 'PHP',
      amount: '1500',
      amount_received: received,
      external_transaction_id: 'ORDER-1001',
    },
  },
})

export const samples = {
  'invoice.created': invoice('invoice.created', '0'),
  'invoice.payment_reference_number_generated': invoice('invoice.payment_reference_number_generated', '0'),
  'invoice.updated': invoice('invoice.updated', '500'),
  'invoice.updated (full amount)': invoice('invoice.updated', '1500'),
  'invoice.fully_paid': invoice('invoice.fully_paid', '1500'),
} as const

export const types = {
  'invoice.created': 'payment.pending',
  'invoice.payment_reference_number_generated': 'payment.pending',
  'invoice.updated': 'payment.partially_paid',
  'invoice.updated (full amount)': 'payment.detected',
  'invoice.fully_paid': 'payment.confirmed',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['event.data.id'],
}

export const account: SampleAccount = {
  options: { token: 'COINS_PH_TOKEN' },
  secret: 'token',
  async load() {
    const { coinsPh } = await import('../../providers/coins-ph/index.js')
    return ({ options: { token } }) => coinsPh({ token })
  },
  examined: 'invoice.fully_paid',
}
