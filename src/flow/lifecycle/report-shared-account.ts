/**
 * Loaded when two providers of the same name share a store and an account. Reports the fix if they are two different
 * accounts.
 */
import { ConfigurationError } from '../../errors.js'
import type { Provider } from '../../provider.js'
import { reportError } from '../reporting/report.js'
import { DeliveryContext } from '../state/context.js'
import type { ReceiverState } from '../state/receiver.js'

/**
 * True if one provider refuses the other's signed deliveries. False if `verify` is asynchronous, because its result is
 * not awaited.
 */
function refuses(one: Provider, other: Provider): boolean {
  try {
    const { body, headers } = other.sign({})
    const { authentication, format } = one
    const delivery = { body, headers }
    const content = authentication.inBody === true ? format.parse(body, delivery) : undefined
    void Promise.resolve(authentication.verify(delivery, content)).catch(() => {})
    return false
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'AUTH_MISMATCH'
  }
}

/** Reports the shared account to the operator if this receiver refuses the other provider's deliveries. */
export function reportIfRefused(state: ReceiverState, other: Provider): void {
  if (!refuses(state.provider, other)) return
  const { name } = state.provider
  const error = new ConfigurationError(
    'CONFIG_ACCOUNT_SHARED',
    `two accounts of ${name} share a store and have the same account: an event of one may count as a repeat of the other's. Give each its own account, such as { ...provider, account: 'eu' }, or its own store`,
  )
  const context = new DeliveryContext(state)
  context.deadline.clear()
  reportError(state, context, error, { kind: 'failed', event: null })
}
