/** Whether two texts are the same, in a time that does not say how much of them is. */
import { createHash, timingSafeEqual } from 'node:crypto'

export function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return timingSafeEqual(left!, right!)
}
