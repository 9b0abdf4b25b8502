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
import { readCursor } from './cursor.js'
import { ReconcileError } from './errors.js'
import { onceOptions, type everyOptions, type ReconcileOptions } from './options.js'
import { runOnce, type Reconciliation } from './reconcile.js'
import { readRequest, writeAnswer, writeRequest, type ReconcileRequest } from './requests.js'
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
      const { provider, options } = this.#state
      const request = isDurable(options.store) ? await readRequest(this.#shared, provider) : null
      if (request !== null) await this.#answer(request)
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

  async #run(about: ReconcileOptions): Promise<Reconciliation | null> {
    const once = onceOptions('reconcileEvery', this.#state, { ...this.#options.rest, ...about })
    try {
      const result = await runOnce(this.#state, { ...once, signal: this.#stop.signal })
      this.#options.onResult?.(result)
      return result
    } catch (thrown) {
      if (errorOf(thrown).code === 'RECONCILE_RUNNING') return null
      throw thrown
    }
  }

  /** Keeps the request until it is answered, so that another process takes it up if this one dies. */
  async #answer({ id, since, adopt }: ReconcileRequest): Promise<void> {
    const { provider } = this.#state
    const { rest } = this.#options
    let soFar = NOTHING
    let toldAt = -Infinity
    let telling: Promise<void> = Promise.resolve()
    const tell = (state: 'running' | 'done' | 'refused', error: { code: string; message: string } | null = null) =>
      writeAnswer(this.#shared, provider, { id, state, error, ...soFar })
    const onProgress = (count: Reconciliation) => {
      soFar = count
      rest.onProgress?.(count)
      if (clock.monotonic() - toldAt < TELL_MS) return
      toldAt = clock.monotonic()
      telling = telling.then(() => tell('running')).catch(() => {})
    }
    try {
      const result = await this.#run({ list: rest.list, adopt, onProgress, ...(since !== null && { since }) })
      // Another process is reconciling: the request is read again at the next look.
      if (result === null) return
      soFar = result
      await telling
      await tell('done')
    } catch (thrown) {
      if (this.#stop.signal.aborted) return
      const { code, message } = errorOf(thrown)
      await telling
      await tell('refused', { code, message })
      this.#report(thrown)
    }
    const current = await readRequest(this.#shared, provider)
    if (current?.id === id) await writeRequest(this.#shared, provider, null)
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
