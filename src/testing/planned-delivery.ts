/** What can be done with a delivery: another form of it, or another way to make it. */
import type { Answer } from '../http/respond.js'
import type { Provider, SignedDelivery } from '../provider.js'
import { indented } from './body-forms.js'
import type { FakeClock } from './fake-clock.js'
import { forge } from './forge.js'
import { requestOf, type SignedRequest } from './signed-request.js'

/** A delivery that is made when it is awaited, once, and then answers what the shop answered. */
export interface PlannedDelivery<Payload extends object | string> extends PromiseLike<Answer> {
  /** The same with a signature or token that is not the provider's. */
  forged(): PlannedDelivery<Payload>
  /** The same payload with other white space, signed genuinely. */
  indented(): PlannedDelivery<Payload>
  /** Once, and once more after the answer. */
  twice(): Promise<[first: Answer, second: Answer]>
  /** So many times at once. */
  concurrently(times: number): Promise<Answer[]>
  /**
   * This payload and those that followed it, named in the order in which they happened: delivered one by one, the last
   * one first. The answers are in the order of delivery.
   */
  // Inferred, as the payload of `deliver` is.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  outOfOrder<Later extends [Payload, ...Payload[]]>(...later: Later): Promise<Answer[]>
  /**
   * Again until the shop answers 2xx, at most five times, without waiting. The last answer is what it came to.
   *
   * @param options.clock is moved on by what a sender waits: 1, 2, 4 and 8 seconds
   */
  withRetries(options?: { readonly clock?: FakeClock }): Promise<Answer[]>
}

/** What a delivery is made of. */
interface Plan<Payload> {
  readonly provider: Pick<Provider, 'name' | 'authentication' | 'format' | 'sign'>
  readonly payload: Payload
  /** From a payload to the delivery that is sent. */
  readonly make: (payload: object | string) => SignedDelivery
  /** After it was made, whatever else is asked of it before or later. */
  readonly isForged?: boolean
  readonly send: (request: SignedRequest) => Promise<Answer>
}

/** As the crypto gateway documents it; no other provider documents its own. */
const RETRY_PAUSES_MS = [1000, 2000, 4000, 8000]

export function plannedDelivery<Payload extends object | string>(plan: Plan<Payload>): PlannedDelivery<Payload> {
  const { provider, payload, make, isForged = false, send } = plan
  // Signed anew each time: a timestamp belongs to the attempt.
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
