/** Which receiver handles a job: one of a list, or one that is made when it is asked for. */
import { ConfigurationError } from '../errors.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import type { Awaitable } from '../lib/awaitable.js'
import type { Queue, QueueJob } from '../queue.js'
import { stateOf, type Receiver } from '../receiver.js'

/** Receivers of one queue that are not all known when workers start, such as those of tenants. */
export interface ReceiverSource {
  /** Undefined for a source without one, which is refused. */
  readonly queue: Queue | undefined
  /** Undefined where nobody here handles this provider and account. A rejection, or no answer within ten seconds, has the job run again. */
  receiverOf(about: Pick<QueueJob, 'provider' | 'account'>): Awaitable<Receiver | undefined>
}

type SourceOfJobs = ReceiverSource & { readonly queue: Queue }

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function sourceOf(given: readonly Receiver[] | ReceiverSource): SourceOfJobs {
  if (!isSource(given)) return listed(given)
  if (given.queue === undefined)
    throw invalid('what answers receivers needs a queue: give tenantWebhook the option queue')
  return given as SourceOfJobs
}

function isSource(given: readonly Receiver[] | ReceiverSource): given is ReceiverSource {
  return typeof (given as Partial<ReceiverSource> | null)?.receiverOf === 'function'
}

function listed(receivers: readonly Receiver[]): SourceOfJobs {
  const states = new Map<string, Receiver>()
  const queues = new Set<Queue>()
  for (const receiver of Array.isArray(receivers) ? (receivers as readonly Receiver[]) : []) {
    const state = stateOf(receiver)
    if (state?.options.queue === undefined) throw invalid('every receiver needs the option queue')
    queues.add(state.options.queue)
    states.set(keyOf(state), receiver)
  }
  const [queue, other] = queues
  if (queue === undefined) throw invalid('give it the receivers whose jobs it handles')
  if (other !== undefined) throw invalid('these receivers have several queues: call it once for each')
  return { queue, receiverOf: ({ provider, account }) => states.get(`${provider}\n${account}`) }
}

function keyOf({ provider: { name, account } }: ReceiverState): string {
  return `${name}\n${account}`
}

function invalid(what: string): ConfigurationError {
  return new ConfigurationError('CONFIG_OPTION_INVALID', `startWorkers: ${what}`)
}
