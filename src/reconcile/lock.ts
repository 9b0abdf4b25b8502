/** A lock, so that one process at a time requests the same list from a provider's API. */
import { randomUUID } from 'node:crypto'
import { clock } from '../lib/clock.js'
import { ReconcileError } from './errors.js'
import type { Shared } from './shared.js'

/** A process that dies blocks the others for at most this time, in milliseconds. */
const LOCK_MS = 60_000

/**
 * Runs `work` while it holds the lock. The signal aborts if the lock is lost meanwhile.
 *
 * @throws ReconcileError `RECONCILE_RUNNING` if another run holds the lock
 */
export async function locked<T>(shared: Shared, name: string, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
  const token = randomUUID()
  if (!(await shared.lock(name, token, LOCK_MS))) throw running(name)
  const lost = new AbortController()
  const renew = async () => {
    if (!(await shared.lock(name, token, LOCK_MS))) lost.abort(running(name))
  }
  // A store that does not answer now may answer before the lock ends.
  const timer = clock.setInterval(() => void renew().catch(() => {}), LOCK_MS / 3).unref()
  try {
    return await work(lost.signal)
  } finally {
    clock.clear(timer)
    await shared.unlock(name, token).catch(() => {})
  }
}

function running(name: string): ReconcileError {
  return new ReconcileError('RECONCILE_RUNNING', `${name} is under way already, in this process or another one`)
}
