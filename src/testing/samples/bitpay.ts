/** Notifications of BitPay about one invoice, and about refunds of it. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const ID = 'Rq7Vb2mXz5Lk9Hd3Wn8Tc1'

const invoice = (status: string, amountPaid: number, exceptionStatus: string | false = false) => ({
  id: ID as string,
  url: `https://bitpay.com/invoice?id=${ID}`,
  status,
  price: 129,
  currency: 'EUR',
  invoiceTime: 1795766000224,
  expirationTime: 1795766900224,
  currentTime: 1795766313184,
  exceptionStatus,
  buyerFields: { buyerName: 'Zoe Lindqvist', buyerEmail: 'zoe@example.com' },
  paymentSubtotals: { BTC: 142000, ETH: 40500000000000000, USDC: 139250000 },
  paymentTotals: { BTC: 143100, ETH: 40500000000000000, USDC: 139250000 },
  exchangeRates: { BTC: { EUR: 90845.07 }, USDC: { EUR: 0.926391 } },
  amountPaid,
  orderId: 'ORDER-1001' as string,
  transactionCurrency: 'BTC',
})

const event = <Data extends object>(code: number, name: string, data: Data) => ({ event: { code, name }, data })

const refund = (status: string, type = 'partial') => ({
  id: 'WoE46gSLkJQS48RJEiNw3L',
  invoice: ID,
  status,
  amount: 29.5,
  currency: 'EUR',
  type,
  reference: 'credit note 17',
  requestDate: '2026-11-28T10:00:00.000Z',
})

const PAID = 143100

export const samples = {
  'standard new': invoice('new', 0),
  'standard confirmed': invoice('confirmed', PAID),
  invoice_paidInFull: event(1003, 'invoice_paidInFull', invoice('paid', PAID)),
  invoice_confirmed: event(1005, 'invoice_confirmed', invoice('confirmed', PAID)),
  'invoice_confirmed (overpaid)': event(1005, 'invoice_confirmed', invoice('confirmed', 153100, 'paidOver')),
  invoice_completed: event(1006, 'invoice_completed', invoice('complete', PAID)),
  invoice_manuallyNotified: event(1012, 'invoice_manuallyNotified', invoice('complete', PAID)),
  invoice_expired: event(1004, 'invoice_expired', invoice('expired', 0)),
  'invoice_expired (paid in part)': event(1004, 'invoice_expired', invoice('expired', 100000, 'paidPartial')),
  invoice_failedToConfirm: event(1013, 'invoice_failedToConfirm', invoice('invalid', PAID)),
  invoice_declined: event(1019, 'invoice_declined', invoice('declined', PAID)),
  'refund success': { data: refund('success') },
  'refund pending': { data: refund('pending') },
  'refund failure': { data: refund('failure') },
  'refund success (of too much)': { data: { ...refund('success', 'overpayment'), id: 'TgZ83cYwPQm45VnLx2RbKd' } },
  invoice_refundComplete: event(1016, 'invoice_refundComplete', invoice('complete', PAID)),
  'invoice_refundComplete (overpaid)': event(1016, 'invoice_refundComplete', {
    ...invoice('complete', 153100, 'paidOver'),
    id: 'Kp7dWn3QxLs95TzVb2RmYc',
  }),
} as const

export const types = {
  'standard new': 'payment.pending',
  'standard confirmed': 'payment.confirmed',
  invoice_paidInFull: 'payment.detected',
  invoice_confirmed: 'payment.confirmed',
  'invoice_confirmed (overpaid)': 'payment.confirmed',
  invoice_completed: 'payment.confirmed',
  invoice_manuallyNotified: 'payment.confirmed',
  invoice_expired: 'payment.expired',
  'invoice_expired (paid in part)': 'payment.partially_paid',
  invoice_failedToConfirm: 'payment.failed',
  invoice_declined: 'payment.failed',
  'refund success': 'refund.confirmed',
  'refund pending': 'refund.pending',
  'refund failure': 'refund.failed',
  'refund success (of too much)': 'bitpay.overpayment',
  invoice_refundComplete: 'refund.confirmed',
  'invoice_refundComplete (overpaid)': 'bitpay.invoice_refundComplete',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['id', 'data.id', 'data.invoice'],
}

export const account: SampleAccount = {
  options: { token: 'BITPAY_TOKEN' },
  secret: 'token',
  async load() {
    const { bitPay } = await import('../../providers/bitpay/index.js')
    return ({ options: { token } }) => bitPay({ token })
  },
  examined: 'invoice_confirmed',
}
