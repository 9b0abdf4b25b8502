/** Notes and locks that the processes of a shop share: in the store if it is durable, otherwise within the process. */
import { bounded } from '../flow/claims/store-calls.js'
import { clock } from '../lib/clock.js'
import { isDurable } from '../lib/is-durable.js'
import type { DurableStore, Store } from '../store.js'

/** The part of a store that has notes and locks. */
export type Shared = Pick<DurableStore, 'readNote' | 'writeNote' | 'lock' | 'unlock'>

const inProcess = new WeakMap<Store<unknown>, Shared>()

/** Every call is bounded in time, and rejects with `STORE_UNAVAILABLE`. */
export function sharedIn(store: Store<unknown>): Shared {
  if (isDurable(store)) {
    return {
      readNote: async (name) => bounded('readNote', () => store.readNote(name)),
      writeNote: async (name, value) => bounded('writeNote', () => store.writeNote(name, value)),
      lock: async (...lock) => bounded('lock', () => store.lock(...lock)),
      unlock: async (...lock) => bounded('unlock', () => store.unlock(...lock)),
    }
  }
  let shared = inProcess.get(store)
  if (shared === undefined) inProcess.set(store, (shared = ofThisProcess()))
  return shared
}

function ofThisProcess(): Shared {
  const notes = new Map<string, string>()
  const locks = new Map<string, { readonly token: string; readonly until: number }>()
  const take = (name: string, token: string, forMs: number) => {
    const held = locks.get(name)
    if (held !== undefined && held.token !== token && held.until > clock.monotonic()) return false
    locks.set(name, { token, until: clock.monotonic() + forMs })
    return true
  }
  return {
    readNote: (name) => Promise.resolve(notes.get(name) ?? null),
    writeNote(name, value) {
      if (value === null) notes.delete(name)
      else notes.set(name, value)
      return Promise.resolve()
    },
    lock: (...lock) => Promise.resolve(take(...lock)),
    unlock: (name, token) => Promise.resolve(locks.get(name)?.token === token && locks.delete(name)),
  }
}
