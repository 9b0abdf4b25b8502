/** Comparisons whose duration reveals nothing about the compared values. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** Returns a test for a match with any of the texts. They are hashed once, so that all compared values have the same length. */
export function secretMatcher(texts: readonly (string | Buffer)[]): (actual: string) => boolean {
  const place = secretPlace(texts)
  return (actual) => place(actual) !== -1
}

/** Like `secretMatcher`, but returns the place of the matching text, or -1. */
export function secretPlace(texts: readonly (string | Buffer)[]): (actual: string) => number {
  const expected = texts.map(sha256)
  return (actual) => placeAmong(sha256(actual), expected)
}

/** True if `actual` equals any of `expected`. Compares all of them, whatever the result. */
export function equalsAny(actual: Buffer, expected: readonly Buffer[]): boolean {
  return placeAmong(actual, expected) !== -1
}

/** The place of `actual` in `expected`, or -1. Compares all of them, whatever the result. */
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
