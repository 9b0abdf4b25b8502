/**
 * Statements on a file that another process may lock: tried at once, and retried later without blocking the event loop.
 */
import { setImmediate } from 'node:timers/promises'
import { clock, sleep } from '../../lib/clock.js'

/** How long SQLite itself may block the process on a locked file. */
export const BUSY_TIMEOUT_MS = 50

const RETRY_PAUSE_MS = 50
const GIVE_UP_MS = 1500

export type Run = <T>(statement: () => T) => T | Promise<T>

/**
 * Runs statements in order. Only the first in the queue touches a locked file, so that a long queue blocks the process
 * once.
 */
export function sqliteQueue(): Run {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  return (statement) => {
    let failure: unknown
    if (waiting === 0) {
      try {
        return statement()
      } catch (error) {
        if (!isLocked(error)) throw error
        failure = error
      }
    }
    waiting++
    const giveUpAt = clock.monotonic() + GIVE_UP_MS
    const result = last.then(() => retry(statement, giveUpAt, failure))
    last = result.catch(() => {}).finally(() => waiting--)
    return result
  }
}

async function retry<T>(statement: () => T, giveUpAt: number, failure: unknown): Promise<T> {
  // Lets requests run between two statements of a long queue.
  await (failure === undefined ? setImmediate() : sleep(pause()))
  // A statement that waited too long behind others is not tried at all, because each try may block for the busy
  // timeout.
  while (clock.monotonic() < giveUpAt) {
    try {
      return statement()
    } catch (error) {
      if (!isLocked(error)) throw error
      failure = error
    }
    await sleep(pause())
  }
  throw new Error('SQLITE_BUSY: another process keeps the database locked', { cause: failure })
}

/** Processes that wait for one another must not retry in step. */
function pause(): number {
  return RETRY_PAUSE_MS * Math.random()
}

/** Recognises the error by code (better-sqlite3, libsql) or by text (node:sqlite). */
export function isLocked(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return String(code).startsWith('SQLITE_BUSY') || String(message).includes('database is locked')
}
