/** A clean shutdown: work in progress finishes, unfinished work is released for other processes, and no new work begins. */
import { DeliveryError } from '../../errors.js'
import { clock, MAX_TIMER_MS, type Timer } from '../../lib/clock.js'
import type { ReceiverState } from '../state/receiver.js'

/** @throws DeliveryError `SHUTTING_DOWN` if the receiver is being closed */
export function refuseWhenClosing(state: ReceiverState): void {
  if (state.closing.signal.aborted) throw shuttingDown()
}

export function shuttingDown(): DeliveryError {
  return new DeliveryError('SHUTTING_DOWN', 'this process is shutting down; another takes the next delivery')
}

/** Waits at most `timeoutMs` for everything in progress. Then releases its claims, so that other processes can go on. */
export async function shutDown(state: ReceiverState, timeoutMs: number): Promise<void> {
  state.closing.abort()
  let timer: Timer | undefined
  const patience = new Promise(
    (resolve) => (timer = clock.setTimeout(() => resolve(undefined), Math.min(timeoutMs, MAX_TIMER_MS))),
  )
  await Promise.race([state.inProgress.none(), patience])
  clock.clear(timer)
  await Promise.all([...state.leases].map((lease) => lease.giveUp()))
}
