/** A clean end: what is under way finishes, what cannot finish is handed on, and nothing new begins. */
import { DeliveryError } from '../errors.js'
import { MAX_TIMER_MS } from '../max-timer.js'
import type { Receiver } from '../receiver.js'

/** @throws DeliveryError `SHUTTING_DOWN` once the receiver is being closed */
export function refuseWhenClosing(receiver: Receiver): void {
  if (receiver.closing.signal.aborted) throw shuttingDown()
}

export function shuttingDown(): DeliveryError {
  return new DeliveryError('SHUTTING_DOWN', 'this process is shutting down; the next delivery will find another')
}

/** Waits for everything under way, for at most `timeoutMs`; then gives its claims back, so that others may go on. */
export async function shutDown(receiver: Receiver, timeoutMs: number): Promise<void> {
  receiver.closing.abort()
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise((resolve) => (timer = setTimeout(resolve, Math.min(timeoutMs, MAX_TIMER_MS))))
  await Promise.race([receiver.underWay.none(), patience])
  clearTimeout(timer)
  await Promise.all([...receiver.leases].map((lease) => lease.giveUp()))
}
