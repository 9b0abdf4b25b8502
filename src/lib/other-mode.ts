/** Events of a provider's other mode are acknowledged and are no money, which looks as if nothing worked. */
import { PAGES } from '../errors.js'

const told = new Set<string>()

/**
 * The name that an event of the other mode gets. The first of each provider is a process warning: with test keys and no option
 * it is the first event that a shop meets.
 */
export function nameOfOtherMode(provider: string, mode: 'live' | 'test', name: string): string {
  if (!told.has(provider)) {
    told.add(provider)
    process.emitWarning(
      `${provider}: an event of ${mode} mode came; it is acknowledged, is no money and reaches onUnhandled alone. If this endpoint is for ${mode} mode, pass mode: '${mode}'; samples are of live mode unless they are sent with --test. See ${PAGES}/providers/${provider}.md`,
      'PaymentWebhookWarning',
    )
  }
  return `${mode}.${name}`
}
