/** Texts that are used once, for requests to a provider that signs them. */
import { randomBytes } from 'node:crypto'

/** 32 characters, unlike any other. */
export function nonce(): string {
  return randomBytes(16).toString('hex')
}
