/** Comparisons whose duration tells nothing about what was compared. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** A text to compare with later: hashed once, so that every comparison is of equal length. */
export function secretMatcher(texts: readonly (string | Buffer)[]): (actual: string) => boolean {
  const expected = texts.map(sha256)
  return (actual) => equalsAny(sha256(actual), expected)
}

/** True when `actual` equals any of `expected`; all are compared, whatever the result. */
export function equalsAny(actual: Buffer, expected: readonly Buffer[]): boolean {
  let found = false
  for (const candidate of expected) {
    if (candidate.length === actual.length && timingSafeEqual(candidate, actual)) found = true
  }
  return found
}

function sha256(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest()
}
