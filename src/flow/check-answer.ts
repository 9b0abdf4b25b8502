/** The answer of a provider's `toEvent` as a whole: a slip in it would be a mistake of the flow's, with no name. */
import { DeliveryError } from '../errors.js'
import type { ConfirmedDraft, Confirmation } from '../event.js'
import type { Interpretation, Provider } from '../provider.js'

/**
 * One of the things that `toEvent` may answer, whatever is in it.
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
  throw invalidAnswer(provider, 'a confirmation that readBack({ key, read, toEvent }) has not made')
}

/**
 * The same of what a read-back came to, which cannot be another one.
 *
 * @throws DeliveryError `EVENT_INVALID`
 */
export function checkedState(provider: Provider, answer: ConfirmedDraft): ConfirmedDraft {
  if (!('confirm' in checkedAnswer(provider, answer))) return answer
  throw invalidAnswer(provider, 'a readBack() whose toEvent() answered another one')
}

/** @param answered what it was, in words and without its values */
export function invalidAnswer({ name }: Provider, answered: string): DeliveryError {
  return new DeliveryError('EVENT_INVALID', `${name}: toEvent() answered ${answered}`)
}
