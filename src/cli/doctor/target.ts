/** The endpoint that is checked. It is sent events that nobody has sent before, genuine and forged. */
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
 * The others' callbacks carry no proof that could be checked, are signed with keys that are public, or are read back from an
 * API that cannot be played from here.
 */
export const CHECKED_PROVIDERS: readonly string[] = SAMPLE_PROVIDERS.filter(
  (name) => accountOf(name).examined !== undefined,
)

export interface Target {
  readonly clock: Clock
  /** What proves a delivery. */
  readonly credentials: Credentials
  /** Signs with a secret that is not the shop's. */
  readonly stranger: Signer
  /** Signs as the provider did ten minutes ago; undefined where time is not signed. */
  readonly late: Signer | undefined
  /** False where bodies are forms. */
  readonly sendsJson: boolean
  /** False where a token alone authenticates a delivery, whatever its body is. */
  readonly isBodySigned: boolean
  /** A new event about a new payment of the current order, or of another one. */
  readonly event: (more?: object, orderId?: string) => object
  readonly sign: (payload: object | string, signer?: Signer) => SignedRequest
  /** A body with headers that only somebody without the secret sends. */
  readonly forge: (body: string) => SignedRequest
  /** The same without anything that authenticates it. */
  readonly unsigned: (body: string) => SignedRequest
  readonly post: (request: SignedRequest, timeoutMs?: number) => Promise<Reply>
  /** What to do at a shop of the other mode; undefined where there is no mode. */
  readonly otherMode: string | undefined
  /** True where a shop of the other mode refuses what is sent. */
  readonly modeIsProven: boolean
  /** Signs the event of the other mode about an order, or about the current one; undefined where that cannot be signed. */
  readonly signInOtherMode: ((orderId?: string) => SignedRequest) | undefined
  /** What to know of the provider's other kind of webhook; undefined where it has one kind. */
  readonly otherKind: string | undefined
  /** How many orders were named. */
  readonly orderCount: number
  /** Makes the next order the current one. The last order stays. */
  readonly nextOrder: () => void
  /** Undefined when the shop does not tell how many events took effect. */
  readonly effects: EffectCounter | undefined
}

export interface TargetOptions {
  /** At least one. */
  readonly orders: readonly string[]
  /** Answers the number of effects. */
  readonly effects: URL | undefined
  readonly timestamped: boolean
  /** @default none: the provider has no modes */
  readonly otherMode?: string | undefined
  readonly clock: Clock
}

const SIGNED_LATE_MS = 10 * 60_000

/** An order that no shop has. */
export const NO_SUCH_ORDER = `no-such-order-${process.pid}`

/** Longer than any sender waits. */
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
