/** Errors that an engine reports outside of any call. */
import { RateLimit } from '../../lib/rate-limit.js'
import { messageOf } from '../../lib/thrown.js'

const PER_MINUTE = 5

/** Returns a listener for errors that emits a few of them as process warnings: an outage causes many. */
export function warnings(where: string): (error: unknown) => void {
  const limit = new RateLimit(PER_MINUTE)
  return (error) => {
    if (limit.take() !== null) process.emitWarning(`${where}: ${messageOf(error)}`, 'PaymentWebhookWarning')
  }
}
