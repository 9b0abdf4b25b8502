/** Makes and compares HMACs. */
import { createHmac } from 'node:crypto'
import { placeAmong } from './constant-time.js'
import type { Algorithm } from './digest-text.js'

/** The signed parts, in order. */
export type Message = readonly (string | Buffer)[]

export function hmac(algorithm: Algorithm, key: Buffer, message: Message): Buffer {
  const mac = createHmac(algorithm, key)
  for (const part of message) mac.update(part)
  return mac.digest()
}

/** True if any of the digests is the HMAC of any of the messages with any of the keys. Compares all of them. */
export function fitsAny(...of: Parameters<typeof fittingKey>): boolean {
  return fittingKey(...of) !== null
}

/** The key of the matching HMAC, or null. */
export function fittingKey(
  algorithm: Algorithm,
  digests: readonly Buffer[],
  keys: readonly Buffer[],
  messages: readonly Message[],
): Buffer | null {
  const expected: Buffer[] = []
  for (const key of keys) for (const message of messages) expected.push(hmac(algorithm, key, message))
  let fitting: Buffer | null = null
  for (const digest of digests) {
    const place = placeAmong(digest, expected)
    if (place !== -1) fitting = keys[Math.floor(place / messages.length)]!
  }
  return fitting
}
