/** Signatures as the providers make them: with Node's own crypto, and nothing of the package that checks them. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Lower-case hex of HMAC-SHA256 over the exact text or bytes. */
export function hmacHex(secret: string, message: string | Buffer): string {
  return createHmac('sha256', secret).update(message).digest('hex')
}

export function sameText(given: string | undefined, expected: string): boolean {
  // Equal lengths for timingSafeEqual; what is compared says as much as the texts themselves.
  const [left, right] = [hmacHex('compare', given ?? ''), hmacHex('compare', expected)]
  return timingSafeEqual(Buffer.from(left), Buffer.from(right))
}
