/** Looks for deliveries that an operator asked to run again: one watcher per store, however many receivers share it. */
import { clock, type Timer } from '../../lib/clock.js'
import type { Outcome } from '../../outcome.js'
import type { DurableStore, EventRecord, Store } from '../../store.js'
import { bounded } from '../claims/store-calls.js'
import { quarantineKey } from '../quarantine.js'
import { finishReplay, type KeptDelivery } from '../replay.js'
import type { ReceiverState } from '../state/receiver.js'

/** How often a store is asked whether its operator has asked for something, in milliseconds. */
const POLL_MS = 2000

const PAGE = 100

type Run = (state: ReceiverState, kept: KeptDelivery) => Promise<Outcome>

const watchers = new WeakMap<Store<unknown>, StoreWatcher>()

/** Runs requested replays of this receiver, as long as the process lives and the receiver is open. */
export function watchStore(state: ReceiverState, run: Run): void {
  const { store } = state.options
  if (!isDurable(store)) return
  let watcher = watchers.get(store)
  if (watcher === undefined) watchers.set(store, (watcher = new StoreWatcher(store, run)))
  watcher.add(state)
}

class StoreWatcher {
  readonly #store: DurableStore<unknown>
  readonly #run: Run
  /** Weak, so that receivers made for one request and forgotten do not stay for ever. */
  readonly #receivers = new Set<WeakRef<ReceiverState>>()
  /** Receivers that run what was requested of them: each takes its own deliveries one after the other. */
  readonly #running = new WeakSet<ReceiverState>()
  #timer: Timer | undefined
  #isLooking = false

  constructor(store: DurableStore<unknown>, run: Run) {
    this.#store = store
    this.#run = run
  }

  add(state: ReceiverState): void {
    const reference = new WeakRef(state)
    this.#receivers.add(reference)
    state.closing.signal.addEventListener('abort', () => this.#remove(reference))
    this.#schedule()
  }

  /** The timer ends with the last receiver, and begins with the next. */
  #remove(reference: WeakRef<ReceiverState>): void {
    this.#receivers.delete(reference)
    if (this.#receivers.size > 0) return
    clock.clear(this.#timer)
    this.#timer = undefined
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isLooking || this.#open().length === 0) return
    this.#timer = clock.setTimeout(() => void this.#look(), POLL_MS * (0.75 + Math.random() / 2)).unref()
  }

  async #look(): Promise<void> {
    this.#timer = undefined
    this.#isLooking = true
    try {
      await this.#pass()
    } catch {
      // A store that does not answer now is asked again; deliveries report its state.
    }
    this.#isLooking = false
    this.#schedule()
  }

  /** Newest first: where one account was mounted twice, its last receiver takes what was requested. */
  #open(): ReceiverState[] {
    const open: ReceiverState[] = []
    for (const reference of this.#receivers) {
      const state = reference.deref()
      if (state === undefined) this.#receivers.delete(reference)
      else open.push(state)
    }
    return open.reverse()
  }

  async #pass(): Promise<void> {
    const free = this.#open().filter((state) => !this.#running.has(state))
    if (free.length === 0) return
    const work = new Map<ReceiverState, string[]>()
    for await (const { key, provider } of requested(this.#store)) {
      const owner = await this.#ownerOf(
        key,
        free.filter((state) => state.provider.name === provider),
      )
      if (owner !== undefined) work.set(owner, [...(work.get(owner) ?? []), key])
    }
    for (const [state, keys] of work) {
      this.#running.add(state)
      void this.#runAll(state, keys).finally(() => this.#running.delete(state))
    }
  }

  /** Several accounts with one provider may share the store: the body says whose a delivery is. */
  async #ownerOf(key: string, candidates: readonly ReceiverState[]): Promise<ReceiverState | undefined> {
    if (candidates.length < 2) return candidates[0]
    const kept = await bounded('getEvent', () => this.#store.getEvent(key))
    return candidates.find((state) => isOwner(state, key, kept))
  }

  async #runAll(state: ReceiverState, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      if (state.closing.signal.aborted) return
      // Closing waits for the record as well, so that the next process does not run it once more.
      state.inProgress.begin()
      try {
        await this.#runOne(state, key)
      } catch {
        // As above: it stays requested.
        return
      } finally {
        state.inProgress.end()
      }
    }
  }

  async #runOne(state: ReceiverState, key: string): Promise<void> {
    const kept = await bounded('getEvent', () => this.#store.getEvent(key))
    if (kept?.body == null || kept.state !== 'replay_requested' || !isOwner(state, key, kept)) return
    const { code, body, headers } = kept
    const delivery = { key, code, body, headers: headers ?? {} }
    await finishReplay(this.#store, kept, delivery, await this.#run(state, delivery))
  }
}

function isOwner({ provider }: ReceiverState, key: string, kept: EventRecord | null): boolean {
  return kept?.body != null && quarantineKey(provider, kept.body, kept.headers ?? {}) === key
}

async function* requested(store: DurableStore<unknown>): AsyncGenerator<EventRecord> {
  let before: EventRecord | undefined
  for (;;) {
    const page = await bounded('listEvents', () =>
      store.listEvents({ state: 'replay_requested', limit: PAGE, ...(before && { before }) }),
    )
    yield* page
    if (page.length < PAGE) return
    before = page.at(-1)
  }
}

function isDurable(store: Store<unknown>): store is DurableStore<unknown> {
  return store.quarantine !== undefined && 'listEvents' in store
}
