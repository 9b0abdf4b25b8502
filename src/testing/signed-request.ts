/** A callback, as the provider would send it. */
import type { Provider, SignedDelivery } from '../provider.js'

/** Pass `headers` to supertest's `.set()` and `body` to `.send()`. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>
  /** The exact text that was signed. */
  readonly body: string
}

/**
 * Signs a payload exactly as the provider would, with the provider's own (first) secret.
 *
 * @param payload an object, or the body as a text when its exact form matters
 * @example
 * ```ts
 * import request from 'supertest'
 * import { sample, signedRequest } from 'express-payment-webhooks/testing'
 *
 * const { headers, body } = signedRequest(provider, sample('coins-ph', 'payment.confirmed'))
 * await request(app).post('/webhooks/coins-ph').set(headers).send(body).expect(200)
 * ```
 */
export function signedRequest(provider: Pick<Provider, 'sign'>, payload: object | string): SignedRequest {
  return requestOf(provider.sign(payload))
}

export function requestOf({ headers, body }: SignedDelivery): SignedRequest {
  return { headers, body: body.toString('utf8') }
}
