/** Why deliveries were not authentic, for the operator: tried out seldom, because strangers can cause it at will. */
import type { Delivery } from '../../delivery.js'
import type { ReceiverState } from '../state/receiver.js'

/** What would have made a delivery authentic. A proof inside the body is looked at once more. */
export function explainRefusal({ provider }: ReceiverState, delivery: Delivery): string | null {
  const { authentication, format } = provider
  if (authentication.explain === undefined) return null
  if (authentication.inBody !== true) return authentication.explain(delivery)
  return authentication.explain(delivery, format.parse(delivery.body, delivery))
}

/** False once this minute's explanations are used up. */
export function takeExplanation({ explanations }: ReceiverState): boolean {
  return explanations.take() !== null
}

/** A provider of the shop's own may throw here, and then nothing is known. */
export function explained(explain: () => string | null): string | null {
  try {
    return explain()
  } catch {
    return null
  }
}
