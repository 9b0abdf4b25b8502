/** Why deliveries were not authentic, for the operator: tried out seldom, because strangers can cause it at will. */
import type { ReceiverState } from '../state/receiver.js'

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
