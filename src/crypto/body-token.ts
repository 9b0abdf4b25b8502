/** Tokens in the body: a text that the shop received, or chose, when the payment was opened. */
import type { BodyAuthentication } from '../authentication.js'
import { DeliveryError } from '../errors.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { isPlaceholder } from './secrets.js'
import { secretMatcher } from './constant-time.js'

/** Options of `bodyToken`. */
export interface BodyTokenOptions {
  /** The field that carries the token. */
  readonly field: string
  /**
   * Returns the token stored with the payment that the content names, or several if it has several. Returns null if the
   * shop does not have the payment (yet). Only this function reads the unproven content: it must not act on it.
   */
  readonly expected: (
    content: Readonly<Record<string, unknown>>,
  ) => Awaitable<string | readonly string[] | null | undefined>
}

/**
 * Authenticates by a token in the body that was agreed for this one payment. The token proves only that the sender has
 * it, and nothing else in the body. Confirm the content with `readBack`.
 *
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { bodyToken } from 'express-payment-webhooks'
 *
 * const tokens = new Map<string, string>() // of each order, as they were agreed
 * const authentication = bodyToken({
 *   field: 'token',
 *   expected: (content) => tokens.get(String(content.order_id)) ?? null,
 * })
 * ```
 */
export function bodyToken(options: BodyTokenOptions): BodyAuthentication {
  rejectUnknown('bodyToken', options, ['field', 'expected'])
  const { field, expected } = options
  if (typeof field !== 'string' || field === '') invalidOption('bodyToken', 'field must be the name of the field')
  if (typeof expected !== 'function') invalidOption('bodyToken', 'expected must be a function that returns a token')
  const check = (sent: string, stored: unknown): false => {
    const tokens: readonly unknown[] = [stored ?? []].flat()
    if (tokens.length === 0 || stored === '') {
      throw new DeliveryError('ORDER_UNKNOWN', 'expected() found no such payment (yet)')
    }
    // A placeholder from a template or an unset variable would accept every sender.
    const isToken = (one: unknown): one is string => typeof one === 'string' && one !== '' && !isPlaceholder(one)
    if (!tokens.every(isToken)) throw new TypeError('bodyToken: expected() returned a value that is not a token')
    if (secretMatcher(tokens)(sent)) return false
    throw new DeliveryError(
      'AUTH_MISMATCH',
      `the ${field} in the body is not the one stored for this payment. If the provider sent it, store the one that the payment was opened with`,
    )
  }
  return {
    inBody: true,
    /** Returns false, because the token proves only itself. */
    verify(_delivery, content) {
      const fields = fieldsOf(content)
      const sent = fields[field]
      if (typeof sent !== 'string' || sent === '') {
        throw new DeliveryError('AUTH_PROOF_MISSING', `the body has no ${field}`)
      }
      const stored = expected(fields)
      return isPromise(stored) ? stored.then((token) => check(sent, token)) : check(sent, stored)
    },
    /** The token belongs to a payment, so the payload contains it. */
    sign: (payload) => payload,
    withoutProof: (content) => ({ ...fieldsOf(content), [field]: '' }),
  }
}

function fieldsOf(content: unknown): Readonly<Record<string, unknown>> {
  return typeof content === 'object' && content !== null ? (content as Readonly<Record<string, unknown>>) : {}
}
