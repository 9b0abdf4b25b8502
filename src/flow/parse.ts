/** Step 3: from authenticated bytes to their meaning. Reads the provider's format strictly, then applies its schema. */
import { DeliveryError } from '../errors.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { isDeliveryError } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'
import type { Interpretation, Provider } from '../provider.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { checkedAnswer } from './check-answer.js'
import type { ReceiverState } from './state/receiver.js'

/**
 * Maximum number of pending look-ups in the shop's own data. Strangers can cause them, so further deliveries are asked
 * to come back.
 */
const MAX_LOOK_UPS = 100

/** @throws DeliveryError `JSON_*`, `FORM_*`, `BODY_EMPTY`, `PAYLOAD_*`, `EVENT_INVALID`, `READ_BACK_UNAVAILABLE`, `BUSY` */
export function parse(state: ReceiverState, delivery: AuthenticatedDelivery): Awaitable<Interpretation> {
  const { provider, lookUps } = state
  const content = contentOf(provider, delivery)
  if (lookUps.count >= MAX_LOOK_UPS) throw new DeliveryError('BUSY', `${MAX_LOOK_UPS} deliveries are being looked up`)
  const interpretation = provider.interpret(content, delivery)
  return isPromise(interpretation) ? lookUp(state, interpretation) : checkedAnswer(provider, interpretation)
}

/**
 * A body with the proof inside is already parsed. Handlers get it without the proof, because many senders' proofs never
 * expire: a reader of a log could send the delivery again. A kept delivery has no proof either.
 */
function contentOf({ authentication, format }: Provider, { body, content, headers }: AuthenticatedDelivery): unknown {
  return authentication.inBody === true && content !== undefined
    ? authentication.withoutProof(content)
    : format.parse(body, { headers })
}

async function lookUp(
  { provider, lookUps, options }: ReceiverState,
  interpretation: Promise<Interpretation>,
): Promise<Interpretation> {
  const { timeoutMs } = options
  lookUps.begin()
  try {
    const tooLate = () => unavailable(`was not done within ${timeoutMs} ms`)
    return checkedAnswer(provider, await withinTime(interpretation, timeoutMs, tooLate))
  } catch (error) {
    throw isDeliveryError(error) ? error : unavailable('failed', error)
  } finally {
    lookUps.end()
  }
}

function unavailable(how: string, cause?: unknown): DeliveryError {
  return new DeliveryError('READ_BACK_UNAVAILABLE', `the look-up in the shop's own data ${how}`, { cause })
}
