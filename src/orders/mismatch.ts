/** Detects money that cannot belong to the order, whichever payment it came in for. */
import type { WebhookEvent } from '../event.js'
import type { Money } from '../money.js'
import type { Names } from './names.js'
import type { OrderPayment } from './order-payment.js'

/** The terms of the order that money must match. */
export type Terms = Pick<OrderPayment, 'expected' | 'network'>

export function isOtherCurrency({ expected }: Terms, money: Pick<Money, 'currency'> | null, names: Names): boolean {
  return money !== null && names.coin(money.currency).currency !== names.coin(expected.currency).currency
}

/** One address can be valid on several chains, so money without a chain does not count as paid. */
export function isOtherNetwork(order: Terms, { type, transaction, received }: WebhookEvent, names: Names): boolean {
  const wanted = order.network === null ? names.coin(order.expected.currency).network : names.network(order.network)
  if (wanted === null) return false
  const network = transaction?.network ?? null
  const told = [
    network === null ? null : names.network(network),
    received === null ? null : names.coin(received.currency).network,
  ].filter((one) => one !== null)
  // A failure brings no money, so it may leave out the chain.
  return told.length === 0 ? type !== 'transaction.failed' : told.some((one) => one !== wanted)
}
