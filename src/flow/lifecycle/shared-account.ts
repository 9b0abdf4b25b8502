/** Two accounts of one provider on one store, neither of which says which it is: they would take each other's events. */
import { ConfigurationError } from '../../errors.js'
import type { Provider } from '../../provider.js'
import type { Store } from '../../store.js'
import { DeliveryContext } from '../state/context.js'
import type { ReceiverState } from '../state/receiver.js'
import { reportError } from '../reporting/report.js'

const mounted = new WeakMap<Store<unknown>, Set<WeakRef<ReceiverState>>>()

/** Reports `CONFIG_ACCOUNT_SHARED` where an open receiver of the store has the same provider and account, and another secret. */
export function noticeSharedAccount(state: ReceiverState): void {
  const { provider, options, closing } = state
  let receivers = mounted.get(options.store)
  if (receivers === undefined) mounted.set(options.store, (receivers = new Set()))
  const others: ReceiverState[] = []
  for (const reference of receivers) {
    const other = reference.deref()
    if (other === undefined) receivers.delete(reference)
    else if (isSame(provider, other.provider)) others.push(other)
  }
  const reference = new WeakRef(state)
  receivers.add(reference)
  closing.signal.addEventListener('abort', () => receivers.delete(reference))
  // Of many that were made with fresh options, one tells enough.
  const [other] = others
  if (other !== undefined && refuses(provider, other.provider)) report(state)
}

function isSame(one: Provider, other: Provider): boolean {
  return one !== other && one.name === other.name && one.account === other.account
}

/** True where what one account sends, the other does not take. Nothing is known of proofs that have to be waited for. */
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

function report(state: ReceiverState): void {
  const { name } = state.provider
  const error = new ConfigurationError(
    'CONFIG_ACCOUNT_SHARED',
    `two accounts of ${name} share a store and have the same account: an event of one may count as a repeat of the other's. Give each an account of its own, such as { ...provider, account: 'eu' }, or a store`,
  )
  const context = new DeliveryContext(state)
  context.deadline.clear()
  queueMicrotask(() => reportError(state, context, { error, kind: 'failed', event: null, body: null }))
}
