/**
 * Explains to the operator why deliveries were not authentic. Rate-limited, because strangers can cause such deliveries
 * at will.
 */
import type { Delivery } from '../../delivery.js'
import type { ReceiverState } from '../state/receiver.js'

/** Finds a change with which the delivery would have been authentic. A body with the proof inside is parsed again. */
export function explainRefusal({ provider }: ReceiverState, delivery: Delivery): string | null {
  const { authentication, format } = provider
  if (authentication.explain === undefined) return null
  if (authentication.inBody !== true) return authentication.explain(delivery)
  return authentication.explain(delivery, format.parse(delivery.body, delivery))
}

/** False if this minute's explanations are used up. */
export function takeExplanation({ explanations }: ReceiverState): boolean {
  return explanations.take() !== null
}

/** A provider that the shop has written may throw here. Then there is no explanation. */
export function explained(explain: () => string | null): string | null {
  try {
    return explain()
  } catch {
    return null
  }
}
