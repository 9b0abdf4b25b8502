/** What an engine says by itself, to nobody who waits for it. */
import { RateLimit } from '../../lib/rate-limit.js'
import { messageOf } from '../../lib/thrown.js'

const PER_MINUTE = 5

/** Answers a listener for errors, which tells the process of some of them: an outage brings many. */
export function warnings(where: string): (error: unknown) => void {
  const limit = new RateLimit(PER_MINUTE)
  return (error) => {
    if (limit.take() !== null) process.emitWarning(`${where}: ${messageOf(error)}`, 'PaymentWebhookWarning')
  }
}
