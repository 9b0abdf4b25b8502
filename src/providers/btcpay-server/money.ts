/** The money of an invoice that was read, in the currency of its price. */
import type { Received } from '../../event.js'
import { priceDecimals } from '../../lib/priced.js'
import { convertDecimal, subtractDecimals, sumDecimals, type Money } from '../../money.js'
import type { BtcPayServerInvoice } from './invoice.js'

/** The price; null for a top-up invoice, which accepts any amount. */
export function priceOf({ amount, currency }: BtcPayServerInvoice): Money | null {
  return amount === null || amount === '0' ? null : { amount, currency }
}

/** Everything that was paid, confirmed or not. */
export function totalOf(invoice: BtcPayServerInvoice, asOf: string): Received | null {
  const amount = invoice.paidAmount ?? sumOf(invoice)
  return amount === null ? null : { amount, currency: invoice.currency, basis: 'total', asOf }
}

/** One payment; null if the invoice does not count it, or no longer counts it, as after a replaced transaction. */
export function pricedOf(invoice: BtcPayServerInvoice, paymentId: string): Received | null {
  const amount = pricedPayments(invoice).find(({ id }) => id === paymentId)?.amount ?? null
  return amount === null ? null : { amount, currency: invoice.currency, basis: 'transaction' }
}

function sumOf(invoice: BtcPayServerInvoice): string | null {
  const amounts = pricedPayments(invoice).map(({ amount }) => amount)
  const isComplete = amounts.every((amount) => amount !== null)
  return invoice.paymentMethods == null || !isComplete ? null : sumDecimals(amounts)
}

/**
 * At the rate of its payment method, without the fee that the payer was charged, as the server counts it (code:
 * PaymentEntity).
 */
function pricedPayments({ paymentMethods, currency }: BtcPayServerInvoice) {
  const decimals = priceDecimals(currency)
  return (paymentMethods ?? []).flatMap(({ rate, payments }) =>
    (payments ?? []).map(({ id, value, fee }) => ({
      id,
      amount:
        rate === null || value === null ? null : convertDecimal(subtractDecimals(value, fee ?? '0'), rate, decimals),
    })),
  )
}
