/** Selects the records of a store, page by page. */
import { STATES } from '../stores/internal/options.js'
import { didYouMean } from '../lib/did-you-mean.js'
import type { EventQuery, EventRecord, EventState } from '../store.js'
import type { Tone } from './color.js'
import { usageError, type Values } from './command.js'
import type { OperatorStore } from './store/operator-store.js'

const PAGE = 1000

export interface Selection extends Pick<
  EventQuery,
  'state' | 'orderId' | 'paymentId' | 'eventId' | 'provider' | 'since'
> {
  /** The reason of a quarantine: the one thing that a store does not look for. */
  readonly code?: string
}

/** Yields the newest record first. */
export async function* select(
  store: OperatorStore,
  { code, ...query }: Selection,
  limit = Infinity,
): AsyncGenerator<EventRecord> {
  // Where the store applies every condition, no more records than the limit have to be read.
  const size = code === undefined ? Math.min(limit, PAGE) : PAGE
  let before: EventRecord | undefined
  for (let found = 0; ;) {
    const page = await store.listEvents({ ...query, limit: size, ...(before && { before }) })
    for (const record of page) {
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
  for await (const record of select(store, { eventId })) if (isKept(record)) kept.push(record)
  return kept
}

/** What options select, without those that were not given. */
export function selection(
  { provider, code }: Pick<Values, 'provider' | 'code'>,
  state: EventState | undefined,
): Selection {
  return {
    ...(state !== undefined && { state }),
    ...(provider !== undefined && { provider }),
    ...(code !== undefined && { code }),
  }
}

/** @throws CommandError for a state that is not one of these */
export function stateOption({ state }: Values, allowed: readonly EventState[] = STATES): EventState | undefined {
  if (state === undefined || allowed.includes(state as EventState)) return state as EventState | undefined
  throw usageError(`there is no state ${JSON.stringify(state)} here.${didYouMean(state, allowed)}`)
}
