/** Public keys from the answers of providers' APIs. */
import { createPublicKey, type KeyObject } from 'node:crypto'

/** @param pem a public key or a certificate; throws for anything else */
export function publicKeyOf(pem: string): KeyObject {
  return createPublicKey(pem)
}
