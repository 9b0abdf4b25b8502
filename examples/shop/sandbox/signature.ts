/** Signs as the providers do, with Node's own crypto. It uses nothing of the package that checks the signatures. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Lower-case hex of HMAC-SHA256 over the exact text or bytes. */
export function hmacHex(secret: string, message: string | Buffer): string {
  return createHmac('sha256', secret).update(message).digest('hex')
}

export function sameText(given: string | undefined, expected: string): boolean {
  // timingSafeEqual needs equal lengths. The digests are equal only if the texts are.
  const [left, right] = [hmacHex('compare', given ?? ''), hmacHex('compare', expected)]
  return timingSafeEqual(Buffer.from(left), Buffer.from(right))
}
