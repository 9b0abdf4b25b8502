/** Finds the receiver of a job: one of a list, or one that is made on request. */
import { ConfigurationError, type DeliveryError } from '../errors.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import type { Awaitable } from '../lib/awaitable.js'
import { isDeliveryError } from '../lib/thrown.js'
import type { Queue, QueueJob } from '../queue.js'
import { stateOf, type Receiver } from '../receiver.js'

/** Receivers of one queue that are not all known when workers start, such as those of tenants. */
export interface ReceiverSource {
  /** Undefined if the source has no queue; `startWorkers` then refuses it. */
  readonly queue: Queue | undefined
  /**
   * Undefined if no receiver here handles this provider and account. If it rejects, or does not answer within ten
   * seconds, the job runs again.
   */
  receiverOf(about: Pick<QueueJob, 'provider' | 'account'>): Awaitable<Receiver | undefined>
}

interface SourceOfJobs extends ReceiverSource {
  readonly queue: Queue
  /** True if workers here handle the jobs of this receiver. A source is assumed to handle all of them. */
  readonly handles: (state: ReceiverState) => boolean
}

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function sourceOf(given: readonly (Receiver | ReceiverSource)[] | ReceiverSource): SourceOfJobs {
  const receivers = new Map<string, Receiver>()
  const sources: ReceiverSource[] = []
  const queues = new Set<Queue>()
  for (const one of membersOf(given)) {
    queues.add(queueOf(one))
    if (isSource(one)) sources.push(one)
    else receivers.set(keyOf(stateOf(one)!), one)
  }
  const [queue, other] = queues
  if (queue === undefined) throw invalid('give it the receivers whose jobs it handles')
  if (other !== undefined) throw invalid('these receivers have several queues: call it once for each')
  return {
    queue,
    handles: (state) => sources.length > 0 || receivers.has(keyOf(state)),
    receiverOf(about) {
      const listed = receivers.get(`${about.provider}\n${about.account}`)
      return listed ?? (sources.length === 0 ? undefined : askEach(sources, about))
    },
  }
}

function membersOf(
  given: readonly (Receiver | ReceiverSource)[] | ReceiverSource,
): readonly (Receiver | ReceiverSource)[] {
  if (Array.isArray(given)) return given as readonly (Receiver | ReceiverSource)[]
  return isSource(given) ? [given] : []
}

function isSource(given: unknown): given is ReceiverSource {
  return typeof (given as Partial<ReceiverSource> | null)?.receiverOf === 'function'
}

function queueOf(one: Receiver | ReceiverSource): Queue {
  const queue = isSource(one) ? one.queue : stateOf(one)?.options.queue
  if (queue !== undefined) return queue
  throw invalid(isSource(one) ? 'tenantWebhook needs the option queue' : 'every receiver needs the option queue')
}

/**
 * Returns the first receiver found. A door without this tenant leaves the job to the next door. Any other failure may
 * concern a job of that door, and then no other door's handlers may run it.
 */
async function askEach(
  sources: readonly ReceiverSource[],
  about: Pick<QueueJob, 'provider' | 'account'>,
): Promise<Receiver | undefined> {
  let unknown: DeliveryError | undefined
  for (const source of sources) {
    try {
      const found = await source.receiverOf(about)
      if (found !== undefined) return found
    } catch (error) {
      if (!isDeliveryError(error) || error.code !== 'AUTH_TENANT_UNKNOWN') throw error
      unknown = error
    }
  }
  if (unknown !== undefined) throw unknown
  return undefined
}

function keyOf({ provider: { name, account } }: ReceiverState): string {
  return `${name}\n${account}`
}

function invalid(what: string): ConfigurationError {
  return new ConfigurationError('CONFIG_OPTION_INVALID', `startWorkers: ${what}`)
}
