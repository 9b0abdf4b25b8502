/** One read of a payment, bounded in time. */
import { DeliveryError } from '../errors.js'
import type { PaymentState } from '../event.js'
import { isPromise } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { withinTime } from '../lib/within-time.js'

/**
 * The signal asks the read to stop; if it does not, nobody waits for it, and it holds up no other.
 *
 * @throws DeliveryError `READ_BACK_UNAVAILABLE` where it takes too long, and what the read throws
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
