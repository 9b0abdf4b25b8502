/** What a sender needs to be answered: for some, an ordinary status means the end of an order's callbacks. */
import { ConfigurationError } from './errors.js'

/** Answers of a provider, where they differ from the usual ones. */
export interface ProviderAnswers {
  /** Of an accepted delivery. @default 200 with an empty text */
  readonly accepted?: {
    /** From 200 to 299. @default 200 */
    readonly status?: number
    readonly contentType?: string
    readonly body?: string
  }
  /** The status for a delivery that is not authentic; several senders take a 401 for final. @default 401 */
  readonly notAuthentic?: number
  /** The status for a delivery that is to come again later. @default 503 */
  readonly later?: number
}

/** The same with every default applied. */
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
    invalid(provider, 'accepted.contentType and accepted.body must be texts')
  }
  // A forged delivery that is answered 200 looks to its sender like any other, and so does a genuine one that is lost.
  if (!isStatus(notAuthentic, 400, 499)) invalid(provider, 'notAuthentic must be a status from 400 to 499')
  // Nothing below 400 brings a delivery back, and 1xx and 3xx are for machines in between.
  if (!isStatus(later, 400, 599)) invalid(provider, 'later must be a status from 400 to 599')
  return { accepted: { status, contentType, body }, notAuthentic, later }
}

function invalid(provider: string, message: string): never {
  throw new ConfigurationError('CONFIG_PROVIDER_INVALID', `defineProvider: ${provider}: answers.${message}`)
}
