/** Selects records by more than a store can, page by page. */
import { STATES } from '../stores/internal/options.js'
import { didYouMean } from '../lib/did-you-mean.js'
import type { EventRecord, EventState } from '../store.js'
import type { Tone } from './color.js'
import { usageError, type Values } from './command.js'
import type { OperatorStore } from './store/operator-store.js'

const PAGE = 1000

export interface Selection {
  readonly state?: EventState | undefined
  readonly provider?: string | undefined
  readonly code?: string | undefined
}

/** Yields the newest record first. */
export async function* select(
  store: OperatorStore,
  { state, provider, code }: Selection,
  limit = Infinity,
): AsyncGenerator<EventRecord> {
  // Where the store applies every condition, no more records than the limit have to be read.
  const size = provider === undefined && code === undefined ? Math.min(limit, PAGE) : PAGE
  let before: EventRecord | undefined
  for (let found = 0; ;) {
    const page = await store.listEvents({ limit: size, ...(state && { state }), ...(before && { before }) })
    for (const record of page) {
      if (provider !== undefined && record.provider !== provider) continue
      if (code !== undefined && record.code !== code) continue
      yield record
      if (++found >= limit) return
    }
    if (page.length < size) return
    before = page.at(-1)
  }
}

export function isKept({ state }: Pick<EventRecord, 'state'>): boolean {
  return state === 'quarantined' || state === 'replay_requested'
}

/** An event keeps the error of an earlier attempt when a later one is running, or has succeeded. */
export function hasCurrentError({ state }: Pick<EventRecord, 'state'>): boolean {
  return state !== 'done' && state !== 'processing'
}

export const STATE_TONES: Readonly<Record<EventState, Tone>> = {
  processing: 'notice',
  done: 'good',
  failed: 'bad',
  quarantined: 'bad',
  replay_requested: 'notice',
}

/** The kept deliveries of one event, which has a record of its own beside them. */
export async function keptUnder(store: OperatorStore, eventId: string): Promise<EventRecord[]> {
  const kept: EventRecord[] = []
  for (const state of ['quarantined', 'replay_requested'] as const) {
    for await (const record of select(store, { state })) if (record.eventId === eventId) kept.push(record)
  }
  return kept
}

/** @throws CommandError for a state that is not one of these */
export function stateOption({ state }: Values, allowed: readonly EventState[] = STATES): EventState | undefined {
  if (state === undefined || allowed.includes(state as EventState)) return state as EventState | undefined
  throw usageError(`there is no state ${JSON.stringify(state)} here.${didYouMean(state, allowed)}`)
}
