/**
 * Events of a provider's other mode (live or test) are acknowledged and do not count as payments, which may look like a
 * failure.
 */
import { PAGES } from '../errors.js'

const told = new Set<string>()

/**
 * Returns the type name for an event of the other mode. The first one of each provider emits a process warning: with
 * test keys and no `mode` option, it is the first event that a shop gets.
 */
export function nameOfOtherMode(provider: string, mode: 'live' | 'test', name: string): string {
  if (!told.has(provider)) {
    told.add(provider)
    process.emitWarning(
      `${provider} received an event of ${mode} mode. It is acknowledged, does not count as a payment, and only onUnhandled gets it. If this endpoint is for ${mode} mode, pass mode: '${mode}'. Samples are live mode unless sent with --test. See ${PAGES}/providers/${provider}.md`,
      'PaymentWebhookWarning',
    )
  }
  return `${mode}.${name}`
}
