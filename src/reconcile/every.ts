/** Reconciles at intervals, and whenever an operator requests it, while the process lives and the receiver is open. */
import { DeliveryError, type PaymentWebhookError } from '../errors.js'
import { prepare } from '../flow/claims/store-calls.js'
import { shuttingDown } from '../flow/lifecycle/shut-down.js'
import { reportError } from '../flow/reporting/report.js'
import { DeliveryContext } from '../flow/state/context.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { clock, type Timer } from '../lib/clock.js'
import { isDurable } from '../lib/is-durable.js'
import { isPaymentWebhookError } from '../lib/thrown.js'
import { about, readCursor } from './cursor.js'
import { ReconcileError } from './errors.js'
import { locked } from './lock.js'
import { onceOptions, type everyOptions, type ReconcileOptions } from './options.js'
import { runOnce, type Reconciliation } from './reconcile.js'
import { endRequest, waitingRequests, writeAnswer, type ReconcileAnswer, type ReconcileRequest } from './requests.js'
import { sharedIn, type Shared } from './shared.js'

/** Interval between checks for a due run or a request, in milliseconds. */
const LOOK_MS = 3000

/** Interval between progress reports to a waiting operator, in milliseconds. */
const TELL_MS = 500

const NOTHING: Reconciliation = { listed: 0, known: 0, recovered: 0, failed: 0 }

export class Reconciler {
  readonly #state: ReceiverState
  readonly #options: ReturnType<typeof everyOptions>
  readonly #shared: Shared
  readonly #stop = new AbortController()
  #timer: Timer | undefined
  #looking: Promise<void> | undefined
  /** When this process tried last, by its monotonic clock; the first look is at once. */
  #triedAt = -Infinity

  constructor(state: ReceiverState, options: ReturnType<typeof everyOptions>) {
    this.#state = state
    this.#options = options
    this.#shared = sharedIn(state.options.store)
    state.closing.signal.addEventListener('abort', () => void this.close())
    this.#schedule(0)
  }

  async close(): Promise<void> {
    clock.clear(this.#timer)
    this.#stop.abort(shuttingDown())
    await this.#looking
  }

  #schedule(ms: number): void {
    if (this.#stop.signal.aborted) return
    this.#timer = clock.setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#schedule(LOOK_MS * (0.75 + Math.random() / 2)))
    }, ms)
    this.#timer.unref()
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    try {
      await prepare(this.#state.options.store)
      if (await this.#next()) await this.#answerAll()
      else if (await this.#isDue()) await this.#run({ list: this.#options.rest.list })
    } catch (thrown) {
      if (!this.#stop.signal.aborted) this.#report(thrown)
    }
  }

  /** Another process may have reconciled a moment ago. */
  async #isDue(): Promise<boolean> {
    const { everyMs } = this.#options
    if (clock.monotonic() - this.#triedAt < everyMs) return false
    this.#triedAt = clock.monotonic()
    const cursor = await readCursor(this.#shared, this.#state.provider)
    const agoMs = cursor === null ? Infinity : clock.now() - cursor.ranAt
    if (agoMs < 0 || agoMs >= everyMs) return true
    this.#triedAt -= agoMs
    return false
  }

  /** Null if another run is under way. */
  async #run(wanted: ReconcileOptions, signal = this.#stop.signal): Promise<Reconciliation | null> {
    const once = onceOptions('reconcileEvery', this.#state, { ...this.#options.rest, ...wanted })
    return unlessRunning(async () => {
      const result = await runOnce(this.#state, { ...once, signal })
      this.#options.onResult?.(result)
      return result
    })
  }

  /** The oldest request of an operator. Only a durable store can hold one. */
  async #next(): Promise<ReconcileRequest | undefined> {
    const { provider, options } = this.#state
    return isDurable(options.store) ? (await waitingRequests(this.#shared, provider))[0] : undefined
  }

  /** One process answers at a time, so that each request is run once. */
  async #answerAll(): Promise<void> {
    await unlessRunning(() =>
      locked(this.#shared, about(this.#state.provider, 'reconcile-answering'), async (lost) => {
        const signal = AbortSignal.any([lost, this.#stop.signal])
        for (let request = await this.#next(); request !== undefined; request = await this.#next()) {
          if (!(await this.#answer(request, signal))) return
        }
      }),
    )
  }

  /**
   * Keeps the request until it is answered, so that another process takes it up if this one dies. False if it is not
   * answered.
   */
  async #answer({ id, since, adopt }: ReconcileRequest, signal: AbortSignal): Promise<boolean> {
    const { provider } = this.#state
    const { rest } = this.#options
    let soFar = NOTHING
    let toldAt = -Infinity
    let telling: Promise<void> = Promise.resolve()
    const answer = (state: ReconcileAnswer['state'], error: ReconcileAnswer['error'] = null): ReconcileAnswer => ({
      id,
      state,
      error,
      ...soFar,
    })
    const onProgress = (count: Reconciliation) => {
      soFar = count
      rest.onProgress?.(count)
      if (clock.monotonic() - toldAt < TELL_MS) return
      toldAt = clock.monotonic()
      telling = telling.then(() => writeAnswer(this.#shared, provider, answer('running'))).catch(() => {})
    }
    let last: ReconcileAnswer
    try {
      const wanted = { list: rest.list, adopt, onProgress, ...(since !== null && { since }) }
      const result = await this.#run(wanted, signal)
      // Another process is reconciling: the request is read again at the next look.
      if (result === null) return false
      soFar = result
      last = answer('done')
    } catch (thrown) {
      if (signal.aborted) return false
      const { code, message } = errorOf(thrown)
      last = answer('refused', { code, message })
      this.#report(thrown)
    }
    await telling
    await endRequest(this.#shared, provider, last)
    return true
  }

  #report(thrown: unknown): void {
    const error = errorOf(thrown)
    const context = new DeliveryContext(this.#state, { origin: 'listed' })
    context.deadline.clear()
    reportError(this.#state, context, error, { kind: 'retry_later', event: null })
  }
}

/** Errors of the flow are recognised by name, and those of this folder by their class. */
function errorOf(thrown: unknown): PaymentWebhookError {
  if (isPaymentWebhookError(thrown) || thrown instanceof ReconcileError) return thrown
  return new DeliveryError('INTERNAL', 'reconciling threw something unexpected', { cause: thrown })
}

/** Null if another process or another run holds the lock. */
async function unlessRunning<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (thrown) {
    if (errorOf(thrown).code === 'RECONCILE_RUNNING') return null
    throw thrown
  }
}
