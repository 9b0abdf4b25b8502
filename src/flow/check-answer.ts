/**
 * Checks the result of a provider's `toEvent` as a whole. Without the check, a mistake in it would look like a fault of
 * the flow.
 */
import { DeliveryError } from '../errors.js'
import type { ConfirmedDraft, Confirmation } from '../event.js'
import type { Interpretation, Provider } from '../provider.js'

/**
 * Returns the result if its kind is one that `toEvent` may return. The contents are checked elsewhere.
 *
 * @throws DeliveryError `EVENT_INVALID`
 */
export function checkedAnswer<Answer extends Interpretation>(provider: Provider, answer: Answer): Answer {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw invalidAnswer(provider, 'no event')
  }
  if (!('confirm' in answer)) return answer
  const { key, read, toEvent } = (answer.confirm as Partial<Confirmation> | null | undefined) ?? {}
  if (typeof key === 'string' && key !== '' && typeof read === 'function' && typeof toEvent === 'function')
    return answer
  throw invalidAnswer(provider, 'a confirmation that was not made by readBack({ key, read, toEvent })')
}

/**
 * Like `checkedAnswer`, for the result of a read-back, which must not be another read-back.
 *
 * @throws DeliveryError `EVENT_INVALID`
 */
export function checkedState(provider: Provider, answer: ConfirmedDraft): ConfirmedDraft {
  if (!('confirm' in checkedAnswer(provider, answer))) return answer
  throw invalidAnswer(provider, 'a readBack() whose toEvent() returned another readBack()')
}

/** @param answered the invalid result in words, without its values */
export function invalidAnswer({ name }: Provider, answered: string): DeliveryError {
  return new DeliveryError('EVENT_INVALID', `${name}: toEvent() returned ${answered}`)
}
