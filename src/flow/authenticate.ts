/** Step 2: is this delivery authentic? Over the exact bytes, and where the proof stands inside them, over what they say. */
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { isDeliveryError } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'
import type { Provider } from '../provider.js'
import type { ReceiverState } from './state/receiver.js'

declare const authenticated: unique symbol

/** A delivery that passed `authenticate`: the only thing `parse` takes. */
export interface AuthenticatedDelivery {
  /** The exact bytes received. */
  readonly body: Buffer
  /** The parsed body, where it had to be parsed to be verified. */
  readonly content: unknown
  /** The headers that the proof covers, by lower-case name; never a secret or a signature. */
  readonly headers: SignedHeaders
  /** False when the provider's callbacks prove nothing, and the event must be confirmed. */
  readonly proven: boolean
  /** The bytes as they may be kept, logged and shown: without a proof that stands inside them. */
  readonly keepable: Buffer
  readonly [authenticated]: true
}

export type SignedHeaders = Readonly<Record<string, string>>

/** @throws DeliveryError when the delivery is not authentic */
export function authenticate(
  { provider, options }: ReceiverState,
  delivery: Delivery,
): Awaitable<AuthenticatedDelivery> {
  const { authentication, format } = provider
  const content = authentication.inBody === true ? format.parse(delivery.body, delivery) : undefined
  const proven: Awaitable<unknown> = authentication.verify(delivery, content)
  // Only true is a proof: a provider of the shop's own may answer anything.
  if (isPromise(proven)) {
    return decided(proven, options.timeoutMs).then((answer) => passed(provider, delivery, content, answer === true))
  }
  return passed(provider, delivery, content, proven === true)
}

/** A key that cannot be fetched, or a look-up that fails, says nothing about the delivery: it may be genuine. */
async function decided(proven: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  try {
    return await withinTime(proven, timeoutMs, () => undecided(`was not decided within ${timeoutMs} ms`))
  } catch (error) {
    throw isDeliveryError(error) ? error : undecided('could not be decided', error)
  }
}

function undecided(how: string, cause?: unknown): DeliveryError {
  return new DeliveryError('AUTH_UNDECIDED', `the delivery's authenticity ${how}`, { cause })
}

function passed(provider: Provider, delivery: Delivery, content: unknown, proven: boolean): AuthenticatedDelivery {
  const { signedHeaders = [] } = provider.authentication
  const headers = signedHeaders.length === 0 ? NONE : pick(delivery, signedHeaders)
  return new Authenticated(provider, delivery.body, content, headers, proven) as unknown as AuthenticatedDelivery
}

/** A class for the sake of one getter: few deliveries are kept. */
class Authenticated implements Omit<AuthenticatedDelivery, typeof authenticated> {
  readonly body: Buffer
  readonly content: unknown
  readonly headers: SignedHeaders
  readonly proven: boolean
  readonly #provider: Provider

  constructor(provider: Provider, body: Buffer, content: unknown, headers: SignedHeaders, proven: boolean) {
    this.#provider = provider
    this.body = body
    this.content = content
    this.headers = headers
    this.proven = proven
  }

  get keepable(): Buffer {
    const { authentication, format } = this.#provider
    if (authentication.inBody !== true) return this.body
    return format.write(authentication.withoutProof(this.content)).body
  }
}

const NONE: SignedHeaders = Object.freeze({})

function pick({ headers }: Delivery, names: readonly string[]): SignedHeaders {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = headers[name]
    // A header that was sent twice was not what the proof covers.
    if (typeof value === 'string') picked[name] = value
  }
  return picked
}

/** A delivery that was authentic, or confirmed with the provider, when it was kept: no other ever is. */
export function authenticatedBefore(body: Buffer, headers: SignedHeaders = NONE): AuthenticatedDelivery {
  return { body, content: undefined, headers, proven: true, keepable: body } as AuthenticatedDelivery
}
