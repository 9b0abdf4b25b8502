/** The money of an invoice: in the currency of its price, and in the coin that came. */
import { own } from '../../lib/own.js'
import { priceDecimals } from '../../lib/priced.js'
import { fromMinorUnits } from '../../minor-units.js'
import { shareOfPrice, toDecimal, type Money } from '../../money.js'
import { readCurrency } from '../../payload.js'
import { readUnits, type BitPayInvoice } from './payload.js'

/** Decimals as BitPay uses them, from `paymentSubtotals` of deliveries whose price and rates are known. */
const DECIMALS: Readonly<Record<string, number>> = {
  BTC: 8,
  BCH: 8,
  LTC: 8,
  DOGE: 8,
  ETH: 18,
  MATIC: 18,
  XRP: 6,
  USDC: 6,
  USDC_M: 6,
  USDCN_M: 6,
  USDT: 6,
  USDT_M: 6,
  PYUSD: 6,
  GUSD: 2,
  PAX: 18,
  BUSD: 18,
}

/** States that an invoice reaches only after the full amount came (docs: notification codes). */
const PAID: readonly string[] = ['paid', 'confirmed', 'complete']

export function priceOf({ price: amount, currency }: BitPayInvoice): Money | null {
  return amount === null || currency === null ? null : { amount, currency }
}

/** The amount received, in the currency of the price; null if its value in that currency is unknown. */
export function pricedOf(native: BitPayInvoice): Money | null {
  const { amountPaid: paid, transactionCurrency: coin, paymentTotals: totals, status, exceptionStatus } = native
  const price = priceOf(native)
  if (price === null || paid === null || paid === '0') return null
  const asked = readUnits(own(totals ?? {}, coin ?? ''))
  const isInFull = PAID.includes(status) && exceptionStatus !== 'paidPartial'
  const whole = isInFull ? price.amount : null
  const amount = asked === null ? whole : shareOfPrice(price.amount, paid, asked, priceDecimals(price.currency))
  return amount === null ? null : { amount, currency: price.currency }
}

/** The coins received; null if the price is in the same coin, or if the coin's smallest unit is unknown. */
export function coinsOf(native: BitPayInvoice): Money | null {
  const { amountPaid: units, displayAmountPaid, transactionCurrency } = native
  const currency = readCurrency(transactionCurrency)
  if (currency === undefined || currency === native.currency || units === null || units === '0') return null
  const places = own(DECIMALS, currency)
  const amount = places === undefined ? displayAmountPaid : toDecimal(fromMinorUnits(units, currency, places))
  return amount === null ? null : { amount, currency }
}
