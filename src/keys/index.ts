/** express-payment-webhooks/keys: signatures made with a private key, and the public keys that verify them. */
export type { HeaderAuthentication } from '../authentication.js'
export { fetchedCertificates, type FetchedCertificatesOptions } from '../crypto/fetched-certificates.js'
export { fetchedKeys, type FetchedKeysOptions } from '../crypto/fetched-keys.js'
export { keyAnswer } from '../crypto/key-answer.js'
export { publicKeySignature, type KeySource, type PublicKeySignatureOptions } from '../crypto/public-key-signature.js'
