/** Two accounts of one provider that share a store without an account name: one would take the other's events for its own. */
import type { Provider } from '../../provider.js'
import type { Store } from '../../store.js'
import type { ReceiverState } from '../state/receiver.js'
import { sharedAccountPart, whenLoaded } from '../parts/load.js'

const mounted = new WeakMap<Store<unknown>, Set<WeakRef<ReceiverState>>>()

/** Reports `CONFIG_ACCOUNT_SHARED` if an open receiver of the store has the same provider and account, but another secret. */
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
  // If several receivers were made with fresh options, one of them is enough for the report.
  const [other] = others
  if (other !== undefined) whenLoaded(sharedAccountPart(), (part) => part.reportIfRefused(state, other.provider))
}

function isSame(one: Provider, other: Provider): boolean {
  return one !== other && one.name === other.name && one.account === other.account
}
