/** The forms of a delivery, and the ways to make it. */
import type { Answer } from '../http/respond.js'
import type { Provider, SignedDelivery } from '../provider.js'
import { indented } from './body-forms.js'
import type { FakeClock } from './fake-clock.js'
import { forge } from './forge.js'
import { requestOf, type SignedRequest } from './signed-request.js'

/** A delivery that is made once, when it is awaited. It resolves with the shop's answer. */
export interface PlannedDelivery<Payload extends object | string> extends PromiseLike<Answer> {
  /** The same delivery with a wrong signature or token. */
  forged(): PlannedDelivery<Payload>
  /** The same payload with other white space, signed genuinely. */
  indented(): PlannedDelivery<Payload>
  /** Delivers once, and once more after the answer. */
  twice(): Promise<[first: Answer, second: Answer]>
  /** Delivers this many copies at once. */
  concurrently(times: number): Promise<Answer[]>
  /**
   * Delivers this payload and later ones, which are named in the order of their events. They are delivered one by one, the
   * last one first. The answers are in the order of delivery.
   */
  // Inferred for the same reason as the payload of `deliver`.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  outOfOrder<Later extends [Payload, ...Payload[]]>(...later: Later): Promise<Answer[]>
  /**
   * Delivers until the shop answers 2xx, at most five times, without waiting. The last answer is the final one.
   *
   * @param options.clock is moved forward by a sender's pauses: 1, 2, 4 and 8 seconds
   */
  withRetries(options?: { readonly clock?: FakeClock | undefined }): Promise<Answer[]>
}

/** The parts of a delivery. */
interface Plan<Payload> {
  readonly provider: Pick<Provider, 'name' | 'authentication' | 'format' | 'sign'>
  readonly payload: Payload
  /** Makes the delivery that is sent from a payload. */
  readonly make: (payload: object | string) => SignedDelivery
  /** True if the finished delivery is forged, whatever other form it gets before or later. */
  readonly isForged?: boolean
  readonly send: (request: SignedRequest) => Promise<Answer>
}

/** The pauses that the crypto gateway documents. No other provider documents its pauses. */
const RETRY_PAUSES_MS = [1000, 2000, 4000, 8000]

export function plannedDelivery<Payload extends object | string>(plan: Plan<Payload>): PlannedDelivery<Payload> {
  const { provider, payload, make, isForged = false, send } = plan
  // Signs anew for each attempt, because a timestamp belongs to one attempt.
  const deliver = async (sent: object | string = payload) => {
    const genuine = make(sent)
    return send(requestOf(isForged ? forge(provider, genuine) : genuine))
  }
  let answer: Promise<Answer> | undefined
  return {
    then: (onAnswer, onError) => (answer ??= deliver()).then(onAnswer, onError),
    forged: () => plannedDelivery({ ...plan, isForged: true }),
    indented: () => plannedDelivery({ ...plan, make: (sent) => provider.sign(indented(sent)) }),
    twice: async () => [await deliver(), await deliver()],
    concurrently: (times) => Promise.all(Array.from({ length: times }, () => deliver())),
    async outOfOrder(...later) {
      const answers: Answer[] = []
      for (const sent of [payload, ...later].reverse()) answers.push(await deliver(sent))
      return answers
    },
    async withRetries({ clock } = {}) {
      const answers = [await deliver()]
      for (const pause of RETRY_PAUSES_MS) {
        if (isAccepted(answers.at(-1)!)) break
        clock?.advance(pause)
        answers.push(await deliver())
      }
      return answers
    },
  }
}

function isAccepted({ status }: Answer): boolean {
  return status >= 200 && status < 300
}
