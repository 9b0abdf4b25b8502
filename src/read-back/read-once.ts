/** One read of a payment, with a time limit. */
import { DeliveryError } from '../errors.js'
import type { PaymentState } from '../event.js'
import { isPromise } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { withinTime } from '../lib/within-time.js'

/**
 * The signal tells the read to stop. If the read does not stop, its result is ignored, and it does not delay other
 * reads.
 *
 * @throws DeliveryError `READ_BACK_UNAVAILABLE` if the read takes too long, and every error of the read
 */
export async function readOnce(
  read: (context: { readonly signal: AbortSignal }) => Promise<unknown>,
  timeoutMs: number,
): Promise<PaymentState> {
  const abort = new AbortController()
  const readAt = new Date(clock.now()).toISOString()
  const tooLate = () => {
    abort.abort()
    const message = `the event was not confirmed by the provider within ${timeoutMs} ms`
    return new DeliveryError('READ_BACK_UNAVAILABLE', message)
  }
  const reading = read({ signal: abort.signal })
  return { state: isPromise(reading) ? await withinTime(reading, timeoutMs, tooLate) : reading, readAt }
}
