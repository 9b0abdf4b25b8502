/** The HMAC key of an endpoint, which Adyen shows in hex. */
import { checkSecrets, type Secret } from '../../crypto/secrets.js'
import { ConfigurationError } from '../../errors.js'

/** @throws ConfigurationError `CONFIG_SECRET_*` */
export function checkHmacKey(provider: string, hmacKey: Secret): void {
  if (checkSecrets(`${provider}: hmacKey`, hmacKey).every((text) => /^[0-9a-f]{64}$/i.test(text))) return
  throw new ConfigurationError(
    'CONFIG_SECRET_MALFORMED',
    `${provider}: hmacKey must be 64 hex digits: see Developers, Webhooks, Security in the Customer Area`,
  )
}
