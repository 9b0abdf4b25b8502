/** Comparisons whose duration tells nothing about what was compared. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** A text to compare with later: hashed once, so that every comparison is of equal length. */
export function secretMatcher(texts: readonly (string | Buffer)[]): (actual: string) => boolean {
  const place = secretPlace(texts)
  return (actual) => place(actual) !== -1
}

/** The same, and which of them it is; -1 for none. */
export function secretPlace(texts: readonly (string | Buffer)[]): (actual: string) => number {
  const expected = texts.map(sha256)
  return (actual) => placeAmong(sha256(actual), expected)
}

/** True when `actual` equals any of `expected`; all are compared, whatever the result. */
export function equalsAny(actual: Buffer, expected: readonly Buffer[]): boolean {
  return placeAmong(actual, expected) !== -1
}

/** The place of `actual` in `expected`, or -1; all are compared, whatever the result. */
export function placeAmong(actual: Buffer, expected: readonly Buffer[]): number {
  let found = -1
  for (let place = 0; place < expected.length; place++) {
    const candidate = expected[place]!
    if (candidate.length === actual.length && timingSafeEqual(candidate, actual)) found = place
  }
  return found
}

function sha256(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest()
}
