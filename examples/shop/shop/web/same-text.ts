/** Compares two texts in a time that does not show how much of them is equal. */
import { createHash, timingSafeEqual } from 'node:crypto'

export function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(left!, right!)
}
