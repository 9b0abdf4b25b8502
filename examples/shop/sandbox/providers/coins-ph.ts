/**
 * Coins.ph invoices.
 *
 * Source: docs.coins.asia (payment requests callback, invoices), docs.coins.ph (four events). Amounts received are
 * cumulative; nothing is sent when an invoice expires or is canceled.
 */
import { Big } from 'big.js'
import { randomBytes, randomUUID } from 'node:crypto'
import { missing, received, type Payment } from '../payment.js'
import { changeAt } from './change-at.js'
import {
  UNDOCUMENTED_RETRY,
  withQuery,
  type Action,
  type Callback,
  type SandboxProvider,
  type Step,
} from './provider.js'

export interface NewInvoice {
  readonly amount: string
  readonly currency: string
  readonly reference: string
  readonly expiresAt: number
  readonly now: number
}

export function openInvoice({ amount, currency, reference, expiresAt, now }: NewInvoice): Step {
  const id = randomBytes(16).toString('hex')
  const payment: Payment = {
    provider: 'coins-ph',
    id,
    reference,
    payerKey: id,
    amount,
    currency,
    status: 'pending',
    transfers: [],
    createdAt: now,
    updatedAt: now,
    expiresAt,
    details: {},
  }
  return { payment, callbacks: [callback('invoice.created', payment)] }
}

export const coinsPh: SandboxProvider = {
  name: 'coins-ph',
  title: 'Coins.ph',
  retry: UNDOCUMENTED_RETRY,
  takesMore: true,

  actions({ status }): readonly Action[] {
    return status === 'pending' ? ['pay', 'generate-reference', 'cancel', 'expire'] : []
  },

  act(before, { action, amount, now }) {
    const payment = { ...before, updatedAt: now }
    switch (action) {
      case 'pay':
        return pay(payment, amount ?? missing(payment)!, now)
      case 'generate-reference':
        return { payment, callbacks: [callback('invoice.payment_reference_number_generated', payment)] }
      case 'cancel':
        return { payment: { ...payment, status: 'canceled', expiresAt: null }, callbacks: [] }
      default:
        return { payment: { ...payment, status: 'expired', expiresAt: null }, callbacks: [] }
    }
  },

  note: ({ status }) =>
    status === 'canceled' || status === 'expired'
      ? 'Coins.ph sends nothing about this: the order in the shop ends when the shop’s own time to pay is over.'
      : null,

  paidInFull: (payment) => callback('invoice.fully_paid', payment, payment.amount!),
  otherCurrency: 'USD',
  // The two amounts are part of an event's identity.
  otherContent: (payload) => changeAt(payload, ['event', 'data', 'currency'], () => 'USD'),

  sign: ({ coinsPh: { token } }) => ({ authorization: `Token ${token}` }),

  payerPath: ({ payerKey }) => `/coins-ph/payment/invoice/${payerKey}`,

  returnUrl: ({ id }, configured) => withQuery(configured, { invoice_id: id }),
}

function pay(before: Payment, amount: string, now: number): Step {
  const transfer = { id: randomUUID(), hash: '', amount, state: 'confirmed' as const, createdAt: now, settledAt: now }
  const payment = { ...before, transfers: [...before.transfers, transfer] }
  if (new Big(received(payment)).lt(payment.amount!)) {
    return { payment, callbacks: [callback('invoice.updated', payment)] }
  }
  return {
    payment: { ...payment, status: 'fully_paid', expiresAt: null },
    callbacks: [callback('invoice.updated', payment), callback('invoice.fully_paid', payment)],
  }
}

/** Amounts without trailing zeros, unlike the API's answers. */
function callback(event: string, payment: Payment, amountReceived: string = received(payment)): Callback {
  const { id, currency, amount, reference } = payment
  const data = { id, currency, amount, amount_received: amountReceived, external_transaction_id: reference }
  return { event, payload: { event: { name: event, data } } }
}
