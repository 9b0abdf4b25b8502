/** HMACs, made and compared. */
import { createHmac } from 'node:crypto'
import { placeAmong } from './constant-time.js'
import type { Algorithm } from './digest-text.js'

/** What a signature covers, one part after another. */
export type Message = readonly (string | Buffer)[]

export function hmac(algorithm: Algorithm, key: Buffer, message: Message): Buffer {
  const mac = createHmac(algorithm, key)
  for (const part of message) mac.update(part)
  return mac.digest()
}

/** True when any of the digests is the HMAC of any of the messages under any of the keys; all are compared. */
export function fitsAny(...of: Parameters<typeof fittingKey>): boolean {
  return fittingKey(...of) !== null
}

/** The key by which it fits, or null. */
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
