/** Money that cannot be the order's, whichever payment it came in for. */
import type { WebhookEvent } from '../event.js'
import type { Money } from '../money.js'
import type { Names } from './names.js'
import type { OrderPayment } from './order-payment.js'

/** What the order asks for. */
export type Terms = Pick<OrderPayment, 'expected' | 'network'>

export function isOtherCurrency({ expected }: Terms, money: Pick<Money, 'currency'> | null, names: Names): boolean {
  return money !== null && names.coin(money.currency).currency !== names.coin(expected.currency).currency
}

/** One address can be valid on several chains: money that does not say where it came in is not taken for paid. */
export function isOtherNetwork(order: Terms, { type, transaction, received }: WebhookEvent, names: Names): boolean {
  const wanted = order.network === null ? names.coin(order.expected.currency).network : names.network(order.network)
  if (wanted === null) return false
  const network = transaction?.network ?? null
  const told = [
    network === null ? null : names.network(network),
    received === null ? null : names.coin(received.currency).network,
  ].filter((one) => one !== null)
  // A failure brings nothing, so it need not say where it would have been.
  return told.length === 0 ? type !== 'transaction.failed' : told.some((one) => one !== wanted)
}
