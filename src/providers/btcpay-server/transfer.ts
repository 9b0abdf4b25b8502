/** One payment of an invoice as a transfer: the coins that came, and the network that carried them. */
import type { EventTransaction } from '../../event.js'
import type { Money } from '../../money.js'
import { readCurrency, validate } from '../../payload.js'
import { payment, type BtcPayServerEvent } from './payload.js'

/** The facts about a transfer that the event itself contains. */
export interface Transfer {
  readonly transaction: EventTransaction
  /** In the coin; null if the event does not name the coin. */
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

/** For coins other than bitcoin, the network is the server's own name of the payment method. */
function networkOf(method: string, coin: string | undefined): string | null {
  if (LIGHTNING.test(method)) return 'lightning'
  return coin === 'BTC' ? 'bitcoin' : method || null
}
