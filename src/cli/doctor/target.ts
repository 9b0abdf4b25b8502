/** The endpoint under examination. It gets events that nobody has sent before, genuine and forged. */
import { randomBytes } from 'node:crypto'
import { forge, withoutProof } from '../../testing/forge.js'
import { accountOf, freshSample, SAMPLE_PROVIDERS } from '../../testing/sample.js'
import type { Signer } from '../../testing/samples/account.js'
import { requestOf, signedRequest, type SignedRequest } from '../../testing/signed-request.js'
import type { Account } from '../accounts.js'
import type { Clock } from '../clock.js'
import type { Credentials } from '../credentials.js'
import { effectCounter, type EffectCounter } from './effects.js'
import { replyTo, type Reply } from './reply.js'

/**
 * The other providers' callbacks carry no proof that can be checked, are signed with public keys, or are read back from an
 * API that the doctor cannot play.
 */
export const CHECKED_PROVIDERS: readonly string[] = SAMPLE_PROVIDERS.filter(
  (name) => accountOf(name).examined !== undefined,
)

export interface Target {
  readonly clock: Clock
  /** The proofs of a delivery. */
  readonly credentials: Credentials
  /** Signs with a secret that is not the shop's. */
  readonly stranger: Signer
  /** Signs as the provider did ten minutes ago; undefined if the time is not signed. */
  readonly late: Signer | undefined
  /** False if bodies are forms. */
  readonly sendsJson: boolean
  /** False if a token alone authenticates a delivery, whatever its body is. */
  readonly isBodySigned: boolean
  /** A new event about a new payment of the current order, or of another one. */
  readonly event: (more?: object, orderId?: string) => object
  readonly sign: (payload: object | string, signer?: Signer) => SignedRequest
  /** Adds the headers of a sender that does not have the secret. */
  readonly forge: (body: string) => SignedRequest
  /** The same body, without any proof. */
  readonly unsigned: (body: string) => SignedRequest
  readonly post: (request: SignedRequest, timeoutMs?: number) => Promise<Reply>
  /** The fix for a shop of the other mode; undefined if there are no modes. */
  readonly otherMode: string | undefined
  /** True if a shop of the other mode refuses these deliveries. */
  readonly modeIsProven: boolean
  /** Signs the event of the other mode about an order (default: the current one); undefined if it cannot be signed. */
  readonly signInOtherMode: ((orderId?: string) => SignedRequest) | undefined
  /** A note on the provider's other kind of webhook; undefined if it has only one kind. */
  readonly otherKind: string | undefined
  /** The number of orders that were named. */
  readonly orderCount: number
  /** Makes the next order the current one. At the end, the last order stays current. */
  readonly nextOrder: () => void
  /** Undefined if the shop does not publish how many events took effect. */
  readonly effects: EffectCounter | undefined
}

export interface TargetOptions {
  /** At least one. */
  readonly orders: readonly string[]
  /** The address of the number of effects. */
  readonly effects: URL | undefined
  readonly timestamped: boolean
  /** @default none: the provider has no modes */
  readonly otherMode?: string | undefined
  readonly clock: Clock
}

const SIGNED_LATE_MS = 10 * 60_000

/** An order that no shop has. */
export const NO_SUCH_ORDER = `no-such-order-${process.pid}`

/** Longer than any sender waits for an answer. */
const ANSWER_WITHIN_MS = 10_000

export function targetAt(
  url: URL,
  provider: string,
  { credentials, own, signer, inOtherMode }: Account,
  { orders, effects, timestamped, otherMode, clock }: TargetOptions,
): Target {
  const genuine = signer()
  const { examined, otherKind, modeIsProven = false, signsTime } = accountOf(provider)
  let order = 0
  const fresh = (orderId = orders[order]!) => freshSample(provider, examined!, { orderId }).payload
  return {
    clock,
    credentials,
    stranger: signer({ secret: randomBytes(32).toString('hex') }),
    late: timestamped || signsTime === 'always' ? signer({ now: () => Date.now() - SIGNED_LATE_MS }) : undefined,
    sendsJson: genuine.format.write({}).contentType === 'application/json',
    isBodySigned: signsBodies(genuine),
    event: (more = {}, orderId) => ({ ...own(fresh(orderId)), ...more }),
    sign: (payload, by = genuine) => signedRequest(by, payload),
    forge: (body) => requestOf(forge(genuine, genuine.sign(body))),
    unsigned: (body) => requestOf(withoutProof(genuine, body)),
    post: (request, timeoutMs = ANSWER_WITHIN_MS) => replyTo(url, request, clock, timeoutMs),
    otherMode,
    modeIsProven,
    signInOtherMode: inOtherMode && ((orderId) => signedRequest(inOtherMode.signer(), inOtherMode.own(fresh(orderId)))),
    otherKind,
    orderCount: orders.length,
    nextOrder: () => void (order = Math.min(order + 1, orders.length - 1)),
    effects: effects && effectCounter(effects, clock),
  }
}

function signsBodies(signer: Signer): boolean {
  const [one, another] = ['{}', '[]'].map((body) => JSON.stringify(signer.sign(body).headers))
  return one !== another
}
