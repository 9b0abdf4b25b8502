/** Step 2: decides if a delivery is authentic. Checks the exact bytes or, for a proof inside the body, its parsed content. */
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { isDeliveryError } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'
import type { Provider } from '../provider.js'
import type { ReceiverState } from './state/receiver.js'

declare const authenticated: unique symbol

/** A delivery that passed `authenticate`. `parse` takes nothing else. */
export interface AuthenticatedDelivery {
  /** The exact bytes received. */
  readonly body: Buffer
  /** The parsed body without its proof, if the body had to be parsed to be verified. */
  readonly content: unknown
  /** Headers that the proof covers, by lower-case name; never a secret or a signature. */
  readonly headers: SignedHeaders
  /** False if the provider's callbacks prove nothing, so that the event has to be confirmed. */
  readonly proven: boolean
  /** The bytes as they may be kept, logged and shown: without a proof inside the body. */
  readonly keepable: Buffer
  readonly [authenticated]: true
}

export type SignedHeaders = Readonly<Record<string, string>>

/** Maximum number of pending verifications: strangers can cause them, and each may query the shop's database. */
const MAX_UNDECIDED = 1000

/** @throws DeliveryError when the delivery is not authentic, or not yet known to be */
export function authenticate(state: ReceiverState, delivery: Delivery): Awaitable<AuthenticatedDelivery> {
  const { provider, verifications } = state
  const { authentication, format } = provider
  const content = authentication.inBody === true ? format.parse(delivery.body, delivery) : undefined
  if (verifications.count >= MAX_UNDECIDED) {
    throw new DeliveryError('BUSY', `${MAX_UNDECIDED} deliveries are being verified`)
  }
  const proven: Awaitable<unknown> = authentication.verify(delivery, content)
  // Only true is a proof: a provider that the shop has written may return anything.
  if (!isPromise(proven)) return passed(provider, delivery, content, proven === true)
  return decided(state, proven).then((answer) => passed(provider, delivery, content, answer === true))
}

/** If a key cannot be fetched or a look-up fails, the delivery may still be genuine, so it is not refused for good. */
async function decided({ verifications, options }: ReceiverState, proven: Promise<unknown>): Promise<unknown> {
  const { timeoutMs } = options
  verifications.begin()
  try {
    return await withinTime(proven, timeoutMs, () => undecided(`was not decided within ${timeoutMs} ms`))
  } catch (error) {
    throw isDeliveryError(error) ? error : undecided('could not be decided', error)
  } finally {
    verifications.end()
  }
}

function undecided(how: string, cause?: unknown): DeliveryError {
  return new DeliveryError('AUTH_UNDECIDED', `the delivery's authenticity ${how}`, { cause })
}

function passed(provider: Provider, delivery: Delivery, content: unknown, proven: boolean): AuthenticatedDelivery {
  const { authentication } = provider
  const { signedHeaders = [] } = authentication
  const headers = signedHeaders.length === 0 ? NONE : pick(delivery, signedHeaders)
  // No later step gets the proof, so none of them can keep, log or pass it on.
  const withoutProof = authentication.inBody === true ? (authentication.withoutProof(content) ?? null) : undefined
  // The mark exists only as a type. Only this step can give it to a value.
  return new Authenticated(provider, delivery.body, withoutProof, headers, proven) as unknown as AuthenticatedDelivery
}

/** A class, because of its getter: few deliveries are kept. */
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
    return authentication.inBody === true ? format.write(this.content).body : this.body
  }
}

const NONE: SignedHeaders = Object.freeze({})

function pick({ headers }: Delivery, names: readonly string[]): SignedHeaders {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = headers[name]
    // The proof does not cover a header that was sent twice.
    if (typeof value === 'string') picked[name] = value
  }
  return picked
}

/** A kept delivery, which was authentic or confirmed with the provider before it was kept. Nothing else is kept. */
export function authenticatedBefore(body: Buffer, headers: SignedHeaders = NONE): AuthenticatedDelivery {
  return { body, content: undefined, headers, proven: true, keepable: body } as AuthenticatedDelivery
}
