/** The news of a next-gen event about a payment. The event's name is the news; the payment has the facts. */
import { DeliveryError } from '../../errors.js'
import { authorizedFacts, endedFacts, isAllBack, isEnding, openFacts, paidFacts, type State } from './facts.js'
import { paidNews } from './paid.js'
import type { MollieEvent } from './payload.js'
import type { MollieReading } from './reading.js'

/**
 * Null for an unknown name.
 *
 * @param contradiction the error code if the payment contradicts its event; a payment that was read may only be behind
 * @throws DeliveryError with that code
 */
export function paymentNews(
  { type, createdAt }: MollieEvent,
  state: State,
  reading: MollieReading,
  contradiction: 'READ_BACK_BEHIND' | 'PAYLOAD_INVALID',
) {
  const { status } = state.payment
  const name = type.slice('payment.'.length)
  if (isEnding(name)) return endedFacts(name, state, reading)
  if (name === 'pending') {
    return { type: 'payment.pending' as const, ...openFacts(state.payment, reading), occurredAt: createdAt }
  }
  if (name !== 'authorized' && name !== 'paid') return null
  // An event may be read long after it was made. If the payment failed or was canceled since then, nothing must be shipped.
  if (isEnding(status)) return endedFacts(status, state, reading)
  if (name === 'authorized' && (status === 'authorized' || status === 'paid')) return authorizedFacts(state, reading)
  if (status !== 'paid') throw new DeliveryError(contradiction, `${type} is about a payment that reads ${status}`)
  // This also holds for a payment that went back completely. Other refunds have their own events.
  if (isAllBack(state.payment)) return paidNews(state, reading)
  return { type: 'payment.confirmed' as const, ...paidFacts(state, reading) }
}
