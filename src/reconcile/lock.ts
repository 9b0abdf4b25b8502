/** One process at a time asks a provider's API for the same list. */
import { randomUUID } from 'node:crypto'
import { clock } from '../lib/clock.js'
import { ReconcileError } from './errors.js'
import type { Shared } from './shared.js'

/** A process that dies holds up the others for no longer, in milliseconds. */
const LOCK_MS = 60_000

/**
 * Runs while nobody else does. The signal aborts when the lock was lost all the same.
 *
 * @throws ReconcileError `RECONCILE_RUNNING` where somebody else has it
 */
export async function locked<T>(shared: Shared, name: string, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
  const token = randomUUID()
  if (!(await shared.lock(name, token, LOCK_MS))) throw running(name)
  const lost = new AbortController()
  const renew = async () => {
    if (!(await shared.lock(name, token, LOCK_MS))) lost.abort(running(name))
  }
  // A store that does not answer now may do so before the lock ends.
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
