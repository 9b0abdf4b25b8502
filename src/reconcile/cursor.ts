/** The state of reconciling a receiver: how far it has come, and since when the store records handled events. */
import type { Provider } from '../provider.js'
import { ReconcileError } from './errors.js'
import type { Shared } from './shared.js'

/** Times in milliseconds since 1970, by the clocks of the processes. */
export interface Cursor {
  /** The store has no record of earlier events, which may have been handled all the same. */
  readonly begins: number
  /** Everything up to this time was checked. */
  readonly reached: number
  /** When the last run ended. */
  readonly ranAt: number
}

/** The name of notes and locks about reconciling this account. */
export function about({ name, account }: Pick<Provider, 'name' | 'account'>, what = 'reconcile'): string {
  return account === '' ? `${what} ${name}` : `${what} ${name} ${account}`
}

export async function readCursor(shared: Shared, provider: Provider): Promise<Cursor | null> {
  const text = await shared.readNote(about(provider))
  if (text === null) return null
  const [begins, reached, ranAt] = text.split(' ').map(Date.parse)
  if (!Number.isNaN(begins! + reached! + ranAt!)) return { begins: begins!, reached: reached!, ranAt: ranAt! }
  throw new ReconcileError(
    'RECONCILE_TOO_EARLY',
    `the note ${JSON.stringify(about(provider))} was not written by this package`,
  )
}

/**
 * Events before the first run may have been handled: with a new store, a month of orders must not ship again.
 */
export async function firstCursor(shared: Shared, provider: Provider, now: number): Promise<Cursor> {
  const first = { begins: now, reached: now, ranAt: now }
  await writeCursor(shared, provider, first)
  return first
}

/**
 * A run that was suspended for longer than its lock must not undo what another run has reached or adopted meanwhile.
 */
export async function advanceCursor(shared: Shared, provider: Provider, mine: Cursor): Promise<void> {
  const theirs = (await readCursor(shared, provider)) ?? mine
  const begins = Math.min(theirs.begins, mine.begins)
  const reached = Math.max(theirs.reached, mine.reached)
  await writeCursor(shared, provider, { begins, reached, ranAt: mine.ranAt })
}

export async function writeCursor(shared: Shared, provider: Provider, cursor: Cursor): Promise<void> {
  const { begins, reached, ranAt } = cursor
  const times = [begins, reached, ranAt].map((time) => new Date(time).toISOString())
  await shared.writeNote(about(provider), times.join(' '))
}
