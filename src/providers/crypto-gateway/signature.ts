/** How the crypto gateway signs: the body, or a timestamp and the body (en/api/webhooks, en/examples/error-handling). */
import { explainSignature } from '../../crypto/explain-signature.js'
import { headerValues, singleHeader } from '../../crypto/header.js'
import { hmac, hmacSignature, readHexDigest, verifyHmac } from '../../crypto/hmac-signature.js'
import { checkRetired, checkSecrets, type Secret } from '../../crypto/secrets.js'
import { ConfigurationError, DeliveryError } from '../../errors.js'
import { clock } from '../../lib/clock.js'
import type { Delivery } from '../../delivery.js'
import type { Authentication } from '../../provider.js'

const SIGNATURE = 'x-gateway-signature'
const TIMESTAMP = 'x-gateway-timestamp'
const PREFIX = 'sha256='

/** Seconds a timestamped delivery may be off, either way (en/examples/error-handling). */
const TOLERANCE_SECONDS = 300

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function gatewaySignature(options: {
  readonly secret: Secret
  readonly retired?: Secret
  readonly mode?: 'body' | 'timestamped'
  readonly now?: () => number
}): Authentication {
  const { secret, retired, mode = 'body', now = () => clock.now() } = options
  if (mode === 'body') return bodySignature(secret, retired)
  if (mode === 'timestamped') return timestampedSignature(secret, retired, now)
  throw new ConfigurationError('CONFIG_OPTION_INVALID', "cryptoGateway: mode must be 'body' or 'timestamped'")
}

function bodySignature(secret: Secret, retired: Secret): Authentication {
  const keys = checkSecrets('secret', secret)
  const signature = hmacSignature({ header: SIGNATURE, prefix: PREFIX, secret, retired })
  return {
    ...signature,
    explain(delivery) {
      const [timestamp] = headerValues(delivery, TIMESTAMP)
      if (timestamp === undefined || !isSigned(keys, delivery, timestamp)) return signature.explain?.(delivery) ?? null
      return `this account signs the ${TIMESTAMP} header with the body: set mode to 'timestamped'`
    },
  }
}

function isSigned(keys: readonly Buffer[], delivery: Delivery, timestamp: string): boolean {
  try {
    verifyHmac(keys, readHexDigest(SIGNATURE, PREFIX, singleHeader(delivery, SIGNATURE)), timestamp, delivery.body)
    return true
  } catch {
    return false
  }
}

/** The digest covers the timestamp's digits followed by the body, with nothing between them. */
function timestampedSignature(secret: Secret, retiredSecret: Secret, now: () => number): Authentication {
  const keys = checkSecrets('secret', secret)
  const retired = checkRetired(retiredSecret)
  const seconds = () => Math.floor(now() / 1000)
  return {
    verify(delivery) {
      const timestamp = singleHeader(delivery, TIMESTAMP)
      // Exactly ten digits: no other split of timestamp and body gives the same signed text.
      if (!/^\d{10}$/.test(timestamp)) {
        throw new DeliveryError('AUTH_TIMESTAMP_MALFORMED', `the ${TIMESTAMP} header is not a Unix time in seconds`)
      }
      const digest = readHexDigest(SIGNATURE, PREFIX, singleHeader(delivery, SIGNATURE))
      verifyHmac(keys, digest, timestamp, delivery.body)
      if (Math.abs(seconds() - Number(timestamp)) > TOLERANCE_SECONDS) {
        throw new DeliveryError(
          'AUTH_TIMESTAMP_STALE',
          `the ${TIMESTAMP} header is more than ${TOLERANCE_SECONDS} s off: replayed, or a wrong clock`,
        )
      }
      return true
    },
    explain(delivery) {
      if (isSigned(keys, delivery, '')) return "this account signs the body alone: set mode to 'body'"
      const [timestamp = ''] = headerValues(delivery, TIMESTAMP)
      const message = (body: Buffer) => [timestamp, body]
      return explainSignature({ header: SIGNATURE, prefix: PREFIX, keys, retired, message }, delivery)
    },
    sign(body) {
      const timestamp = String(seconds())
      return { [TIMESTAMP]: timestamp, [SIGNATURE]: PREFIX + hmac(keys[0]!, timestamp, body).toString('hex') }
    },
  }
}
