/**
 * Verifies the crypto gateway's signature over the body, or over a timestamp and the body (en/api/webhooks,
 * en/examples/error-handling).
 */
import type { HeaderAuthentication } from '../../authentication.js'
import { headerValues } from '../../crypto/header.js'
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import type { Delivery } from '../../delivery.js'
import { invalidOption } from '../../lib/invalid-option.js'

const TIMESTAMP = 'x-gateway-timestamp'

/**
 * The largest difference between a delivery's timestamp and the clock, in either direction, in seconds
 * (en/examples/error-handling).
 */
const TOLERANCE_SECONDS = 300

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function gatewaySignature(options: {
  readonly secret: Secret
  readonly retired?: Secret
  readonly mode?: 'body' | 'timestamped' | undefined
  readonly now?: (() => number) | undefined
}): HeaderAuthentication {
  const { secret, retired, mode = 'body', now } = options
  if (mode !== 'body' && mode !== 'timestamped') {
    invalidOption('cryptoGateway', "mode must be 'body' or 'timestamped'")
  }
  const shared = {
    header: 'x-gateway-signature',
    prefix: 'sha256=',
    secret,
    secretOption: 'cryptoGateway: secret',
    ...(retired !== undefined && { retired }),
    ...(now !== undefined && { now }),
  }
  const body = signature(shared)
  // The timestamp is exactly ten digits, so no other split into timestamp and body gives the same signed text.
  const timestamped = signature({
    ...shared,
    timestamp: { header: TIMESTAMP, toleranceSeconds: TOLERANCE_SECONDS },
    message: ({ timestamp, body: bytes }) => [timestamp, bytes],
  })
  return mode === 'body'
    ? { ...body, explain: (delivery) => explainBody(delivery, body, timestamped) }
    : { ...timestamped, explain: (delivery) => explainTimestamped(delivery, body, timestamped) }
}

function explainBody(delivery: Delivery, body: HeaderAuthentication, timestamped: HeaderAuthentication): string | null {
  const isStamped = headerValues(delivery, TIMESTAMP).length > 0 && isVerified(timestamped, delivery)
  if (isStamped) return `this account signs the ${TIMESTAMP} header with the body: set mode to 'timestamped'`
  return body.explain?.(delivery) ?? null
}

function explainTimestamped(
  delivery: Delivery,
  body: HeaderAuthentication,
  timestamped: HeaderAuthentication,
): string | null {
  if (isVerified(body, delivery)) return "this account signs the body alone: set mode to 'body'"
  return timestamped.explain?.(delivery) ?? null
}

function isVerified(authentication: HeaderAuthentication, delivery: Delivery): boolean {
  try {
    return authentication.verify(delivery) === true
  } catch {
    return false
  }
}
