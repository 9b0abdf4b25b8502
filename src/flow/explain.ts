/** Why deliveries were not authentic, for the operator: tried out seldom, because strangers can cause it at will. */
import type { Receiver } from '../receiver.js'

/** Explanations per receiver and minute: enough to see what is wrong, and no work worth causing. */
const PER_MINUTE = 10
const MINUTE = 60_000

const windows = new WeakMap<Receiver, { start: number; count: number }>()

/** True as long as this minute's explanations are not used up. */
export function mayExplain(receiver: Receiver): boolean {
  const now = Date.now()
  const window = windows.get(receiver)
  if (window === undefined || now - window.start >= MINUTE) {
    windows.set(receiver, { start: now, count: 1 })
    return true
  }
  window.count++
  return window.count <= PER_MINUTE
}

/** A provider of the shop's own may throw here, and then nothing is known. */
export function explained(explain: () => string | null): string | null {
  try {
    return explain()
  } catch {
    return null
  }
}
