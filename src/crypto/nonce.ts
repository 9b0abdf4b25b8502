/** Texts for single use, for requests to a provider that signs them. */
import { randomBytes } from 'node:crypto'

/** 32 random characters. */
export function nonce(): string {
  return randomBytes(16).toString('hex')
}
