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
  /** The parsed body without its proof, where it had to be parsed to be verified. */
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

/** Verifications at a time that have to be waited for: strangers can cause them, and each may ask the shop's database. */
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
  // Only true is a proof: a provider of the shop's own may answer anything.
  if (!isPromise(proven)) return passed(provider, delivery, content, proven === true)
  return decided(state, proven).then((answer) => passed(provider, delivery, content, answer === true))
}

/** A key that cannot be fetched, or a look-up that fails, says nothing about the delivery: it may be genuine. */
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
  // Nothing behind this step gets to see a proof, so that none can be kept, logged or handed on.
  const withoutProof = authentication.inBody === true ? (authentication.withoutProof(content) ?? null) : undefined
  // The mark is a type without a value: what has it went through this step, as nothing else can say.
  return new Authenticated(provider, delivery.body, withoutProof, headers, proven) as unknown as AuthenticatedDelivery
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
    return authentication.inBody === true ? format.write(this.content).body : this.body
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
