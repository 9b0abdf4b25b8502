/** CityPay's answer when an order is read back. A shop's test injects it instead of using the network. */
import { overlay } from './overlay.js'

export type CityPayOrderStatus =
  'IN_PROGRESS' | 'PAID_UNCONFIRMED' | 'CONFIRMED' | 'UNDERPAID' | 'OVERPAID' | 'CANCELED' | 'EXPIRED'

/**
 * A read-back answer for the order of `sample('city-pay', ...)`, whose token is `730914458201`.
 *
 * @param received the amount received, in the order's currency. Default: an amount that fits the status, out of 50.00.
 * @param overrides merged into `data`
 * @example
 * ```ts
 * import { cityPay } from 'express-payment-webhooks'
 * import { sampleCityPayOrder } from 'express-payment-webhooks/testing'
 *
 * const provider = cityPay({
 *   orderToken: () => '730914458201',
 *   readBack: async () => sampleCityPayOrder('CONFIRMED'),
 * })
 * ```
 */
export function sampleCityPayOrder(status: CityPayOrderStatus, received?: string, overrides?: object): object {
  const paid =
    received ??
    {
      IN_PROGRESS: '',
      PAID_UNCONFIRMED: '50.00',
      CONFIRMED: '50.00',
      UNDERPAID: '30.00',
      OVERPAID: '60.00',
      CANCELED: '',
      EXPIRED: '',
    }[status]
  const transaction = {
    id: 51208,
    hash: '7e0b4c93a1f65d28c4e9073bb16fa85d2c39e04f7a81d6b5930ec72f48a1b6d0',
    amountFiat: { base: paid, total: paid, underPaid: '0.00', overPaid: '0.00' },
    createdAt: '2025-03-04 10:09',
    createdAtMiliseconds: 1741082940000,
  }
  const data = {
    id: 30412,
    token: '730914458201',
    coin: 'Bitcoin',
    coinBaseName: 'btc',
    amountFiat: '50.00',
    currency: { id: 2, currency: 'US Dollar', abbreviation: 'USD' },
    status: { code: status, label: status },
    transactions: paid === '' ? [] : [transaction],
  }
  return { success: true, data: overlay(data, overrides), message: null }
}
