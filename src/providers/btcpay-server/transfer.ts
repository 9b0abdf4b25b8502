/** One payment of an invoice as a transfer: what came in the coin, and by which network. */
import type { EventTransaction } from '../../event.js'
import type { Money } from '../../money.js'
import { readCurrency, validate } from '../../payload.js'
import { payment, type BtcPayServerEvent } from './payload.js'

/** What an event says of a transfer by itself. */
export interface Transfer {
  readonly transaction: EventTransaction
  /** In the coin; null where the event does not name it. */
  readonly original: Money | null
}

const ON_CHAIN = /^([0-9a-f]{64})-\d+$/i

const LIGHTNING = /^[^-_]+[-_](?:LN|Lightning)/i

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function transferOf({ payment: found, paymentMethodId, paymentMethod }: BtcPayServerEvent): Transfer {
  const { id, value, receivedDate } = validate(payment, found)
  const method = paymentMethodId ?? paymentMethod ?? ''
  const coin = readCurrency(method.split(/[-_]/, 1)[0])
  return {
    transaction: {
      id,
      hash: ON_CHAIN.exec(id)?.[1] ?? null,
      network: networkOf(method, coin),
      confirmations: null,
      seenAt: receivedDate,
    },
    original: coin === undefined ? null : { amount: value, currency: coin },
  }
}

/** For coins other than bitcoin the server's own name of the method. */
function networkOf(method: string, coin: string | undefined): string | null {
  if (LIGHTNING.test(method)) return 'lightning'
  return coin === 'BTC' ? 'bitcoin' : method || null
}
