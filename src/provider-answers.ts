/** The answers that a sender requires. For some senders, an ordinary error status ends the callbacks about an order. */
import { ConfigurationError } from './errors.js'

/** Answers of a provider, if they differ from the usual ones. */
export interface ProviderAnswers {
  /** Answer to an accepted delivery. @default 200 with an empty text */
  readonly accepted?:
    | {
        /** From 200 to 299. @default 200 */
        readonly status?: number | undefined
        readonly contentType?: string | undefined
        readonly body?: string | undefined
      }
    | undefined
  /** Status for a delivery that is not authentic. Several senders do not deliver again after a 401. @default 401 */
  readonly notAuthentic?: number | undefined
  /** Status for a delivery that is to be sent again later. @default 503 */
  readonly later?: number | undefined
}

/** `ProviderAnswers` with every default applied. */
export interface ResolvedAnswers {
  readonly accepted: { readonly status: number; readonly contentType: string; readonly body: string }
  readonly notAuthentic: number
  readonly later: number
}

/** @throws ConfigurationError `CONFIG_PROVIDER_INVALID` */
export function resolveAnswers(provider: string, answers: ProviderAnswers = {}): ResolvedAnswers {
  const { accepted = {}, notAuthentic = 401, later = 503 } = answers
  const { status = 200, contentType = 'text/plain', body = '' } = accepted
  const isStatus = (value: unknown, from: number, to: number) =>
    Number.isInteger(value) && (value as number) >= from && (value as number) <= to
  if (!isStatus(status, 200, 299)) invalid(provider, 'accepted.status must be from 200 to 299')
  if (typeof contentType !== 'string' || typeof body !== 'string') {
    invalid(provider, 'accepted.contentType and accepted.body must be strings')
  }
  // With 200 a sender could not tell that a genuine delivery was refused, and the event would be lost.
  if (!isStatus(notAuthentic, 400, 499)) invalid(provider, 'notAuthentic must be a status from 400 to 499')
  // No status below 400 makes a sender deliver again, and 1xx and 3xx are for intermediaries.
  if (!isStatus(later, 400, 599)) invalid(provider, 'later must be a status from 400 to 599')
  return { accepted: { status, contentType, body }, notAuthentic, later }
}

function invalid(provider: string, message: string): never {
  throw new ConfigurationError('CONFIG_PROVIDER_INVALID', `defineProvider: ${provider}: answers.${message}`)
}
