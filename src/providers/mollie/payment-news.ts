/** What a next-gen event about a payment says: its name is the news, and the payment the facts. */
import { DeliveryError } from '../../errors.js'
import { authorizedFacts, endedFacts, isAllBack, isEnding, openFacts, paidFacts, type State } from './facts.js'
import { paidNews } from './paid.js'
import type { MollieEvent } from './payload.js'
import type { MollieReading } from './reading.js'

/**
 * Null for a name that is not known.
 *
 * @param contradiction the code of a delivery whose payment does not say what its event does: one that was read may still
 * come to say it
 * @throws DeliveryError of that code
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
  // An event may be read long after it was made, and what was given up since is not to be shipped.
  if (isEnding(status)) return endedFacts(status, state, reading)
  if (name === 'authorized' && (status === 'authorized' || status === 'paid')) return authorizedFacts(state, reading)
  if (status !== 'paid') throw new DeliveryError(contradiction, `${type} is about a payment that reads ${status}`)
  // The same for one that went back: otherwise refunds have events of their own.
  if (isAllBack(state.payment)) return paidNews(state, reading)
  return { type: 'payment.confirmed' as const, ...paidFacts(state, reading) }
}
