/** express-payment-webhooks/keys: signatures made with a private key, and the public keys that verify them. */
export { fetchedKeys, type FetchedKeysOptions } from '../crypto/fetched-keys.js'
export { publicKeySignature, type KeySource, type PublicKeySignatureOptions } from '../crypto/public-key-signature.js'
