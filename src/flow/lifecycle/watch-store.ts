/**
 * Looks for events that are due to run again, because the operator requested it or because a handler failed some time
 * ago. One watcher per store serves all its receivers.
 */
import { clock, type Timer } from '../../lib/clock.js'
import { isDurable } from '../../lib/is-durable.js'
import type { Outcome } from '../../outcome.js'
import type { DurableStore, EventRecord, Store } from '../../store.js'
import { storeKey } from '../claims/claim-request.js'
import { bestEffort, bounded } from '../claims/store-calls.js'
import { quarantineKey } from '../quarantine.js'
import { finishReplay, finishRetry, type KeptDelivery } from '../replay.js'
import type { ReceiverState } from '../state/receiver.js'
import { isHandledHere } from './worked-queues.js'

/** Interval, in milliseconds, at which a store is polled for due records. */
const POLL_MS = 2000

const PAGE = 100

/**
 * Maximum number of pages per poll. Later records stay due for the next poll. A store lists newest first, so of more due
 * records than these pages hold, the newest run first.
 */
const MAX_PAGES = 10

/**
 * How long a taken record is not due for other processes, in milliseconds. If the process dies meanwhile, the record
 * becomes due again. If it lives, its claim keeps the others away while the handler runs.
 */
const TAKEN_FOR_MS = 60_000

type Due = Pick<KeptDelivery, 'key' | 'origin'>

type Run = (state: ReceiverState, kept: KeptDelivery) => Promise<Outcome>

const watchers = new WeakMap<Store<unknown>, StoreWatcher>()

/**
 * Runs the due events of this receiver, as long as the process lives and the receiver is open. For a receiver with a
 * queue, only as long as the process has workers for the queue.
 */
export function watchStore(state: ReceiverState, run: Run): void {
  const { store } = state.options
  if (!isDurable(store) || state.closing.signal.aborted) return
  let watcher = watchers.get(store)
  if (watcher === undefined) watchers.set(store, (watcher = new StoreWatcher(store, run)))
  watcher.add(state)
}

class StoreWatcher {
  readonly #store: DurableStore<unknown>
  readonly #run: Run
  /** Weak references, so that receivers that were made for one request and dropped can be collected. */
  readonly #receivers = new Set<WeakRef<ReceiverState>>()
  /** Receivers that run due events now. Each receiver runs its events one after the other. */
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

  /** The timer stops with the last receiver, and starts again with the next one. */
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
      // If the store does not answer, the next poll tries again. Deliveries report the failure.
    }
    this.#isLooking = false
    this.#schedule()
  }

  /** Newest first: if one account was mounted twice, its last receiver takes the due events. */
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
    const open = this.#open().filter(isHandledHere)
    const free = open.filter((state) => !this.#running.has(state))
    if (free.length === 0) return
    const work = new Map<ReceiverState, Due[]>()
    for await (const record of due(this.#store)) {
      const owner = await this.#ownerOf(record, free)
      if (owner === undefined) {
        offer(record, open)
        continue
      }
      const found = work.get(owner)
      const one = { key: record.key, origin: isDelivery(record) ? 'quarantine' : 'retry' } as const
      if (found === undefined) work.set(owner, [one])
      else found.push(one)
    }
    for (const [state, found] of work) {
      this.#running.add(state)
      // Oldest first: a refund that names its payment alone finds its order only once that payment has been handled.
      void this.#runAll(state, found.reverse()).finally(() => this.#running.delete(state))
    }
  }

  /**
   * Several accounts of one provider may share the store. Old records of kept deliveries have no account, so the owner
   * is found by the body.
   */
  async #ownerOf(record: EventRecord, free: readonly ReceiverState[]): Promise<ReceiverState | undefined> {
    const { key, provider, account } = record
    const candidates = free.filter((state) => state.provider.name === provider)
    if (candidates.length === 0) return undefined
    if (!isDelivery(record)) return candidates.find((state) => isOwner(state, record))
    if (account !== null) return candidates.find((state) => state.provider.account === account)
    const kept = await bounded('getEvent', () => this.#store.getEvent(key))
    return kept === null ? undefined : candidates.find((state) => isOwner(state, kept))
  }

  async #runAll(state: ReceiverState, found: readonly Due[]): Promise<void> {
    for (const { key, origin } of found) {
      if (state.closing.signal.aborted || !isHandledHere(state)) return
      // Closing waits for the store's record as well, so that the next process does not run the event again.
      state.inProgress.begin()
      try {
        await this.#runOne(state, key, origin)
      } catch {
        // A later poll tries again. The record is due again at once if the store answers, otherwise when its time is
        // over.
        await bestEffort('replay', () => this.#store.replay(key))
        return
      } finally {
        state.inProgress.end()
      }
    }
  }

  async #runOne(state: ReceiverState, key: string, origin: KeptDelivery['origin']): Promise<void> {
    const kept = await bounded('takeDue', () => this.#store.takeDue(key, TAKEN_FOR_MS))
    if (kept?.body == null || !isOwner(state, kept)) return
    const { code, body } = kept
    const headers = kept.headers ?? {}
    const delivery = { key, origin, form: kept.keptAs ?? 'delivery', code, body, headers } as const
    const outcome = await this.#run(state, delivery)
    await (origin === 'retry'
      ? finishRetry(this.#store, key, outcome)
      : finishReplay(this.#store, kept, delivery, outcome))
  }
}

function isDelivery({ state }: EventRecord): boolean {
  return state === 'quarantined' || state === 'replay_requested'
}

/** Keys are digests of a provider, its account and the event's id, or of provider, account, signed headers and body. */
function isOwner({ provider }: ReceiverState, record: EventRecord): boolean {
  const { key, eventId, body, headers } = record
  if (!isDelivery(record)) return eventId !== null && storeKey(provider, eventId) === key
  return body !== null && quarantineKey(provider, body, headers ?? {}) === key
}

/** The owner's receiver may not be loaded yet. `adopt` then gets the record, and a later poll finds the new receiver. */
function offer({ provider, account }: EventRecord, open: readonly ReceiverState[]): void {
  if (account === null || open.some((state) => state.provider.name === provider && state.provider.account === account))
    return
  for (const { adopt } of open) adopt?.({ provider, account })
}

async function* due(store: DurableStore<unknown>): AsyncGenerator<EventRecord> {
  let before: EventRecord | undefined
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await bounded('listEvents', () =>
      store.listEvents({ due: true, limit: PAGE, ...(before && { before }) }),
    )
    yield* page
    if (page.length < PAGE) return
    before = page.at(-1)
  }
}
