/** Joins the records whose fields have an id with those that have it only in their kept body. */
import type { EventRecord } from '../../store.js'
import { newestFirst } from './records.js'

export interface Found {
  /** Their fields have the id. */
  readonly named: readonly EventRecord[]
  /** Only their kept body has it: an unreadable delivery of the order, or an event that mentions it in passing. */
  readonly inBody: readonly EventRecord[]
}

/** @param kept as `byKeptText` finds it: also records that `named` has */
export function foundWith(named: readonly EventRecord[], kept: readonly EventRecord[]): Found {
  const keys = new Set(named.map(({ key }) => key))
  return { named, inBody: kept.filter(({ key }) => !keys.has(key)) }
}

/**
 * Newest first, each once. If there is no room for both, kept records come before handled ones: an operator who misses a
 * payment looks for those, and not for the events that are done.
 */
export function withKept({ named, inBody }: Found, limit: number): EventRecord[] {
  const kept = inBody.slice(0, limit)
  return [...kept, ...named.slice(0, limit - kept.length)].sort(newestFirst)
}
