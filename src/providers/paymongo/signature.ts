/** `Paymongo-Signature: t=<seconds>,te=<hex or empty>,li=<hex or empty>`. Only the part of the configured mode counts. */
import type { HeaderAuthentication } from '../../authentication.js'
import { headerValues } from '../../crypto/header.js'
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { DeliveryError } from '../../errors.js'

const HEADER = 'paymongo-signature'

const PARTS = ['t=', 'te=', 'li=']

/** Longer than the retries go on (docs: webhook-retry-logic). */
const TOLERANCE_SECONDS = 3 * 60 * 60

/** The sender's clock is never further ahead than this. */
const AHEAD_SECONDS = 300

interface SignatureOptions {
  readonly secret: Secret
  readonly retired?: Secret
  readonly mode: 'live' | 'test'
  readonly toleranceSeconds?: number | null | undefined
  readonly now?: (() => number) | undefined
}

/** The official package accepts the live signature if present, else the test one. Here each mode accepts only its own. */
export function payMongoSignature(options: SignatureOptions): HeaderAuthentication {
  const { secret, retired, mode, toleranceSeconds = TOLERANCE_SECONDS, now } = options
  const isLive = mode === 'live'
  const own = signature({
    header: HEADER,
    secret,
    secretOption: 'payMongo: secret',
    ...(retired !== undefined && { retired }),
    separator: ',',
    prefix: isLive ? 'li=' : 'te=',
    timestamp: { entry: 't=', toleranceSeconds, aheadSeconds: AHEAD_SECONDS },
    message: ({ timestamp, body }) => [timestamp, '.', body],
    ...(now !== undefined && { now }),
  })
  return {
    ...own,
    verify(delivery) {
      const values = headerValues(delivery, HEADER)
      if (values.length === 1) checkParts(values[0]!)
      return own.verify(delivery)
    },
    sign(body, headers) {
      const signed = own.sign(body, headers)
      const value = signed[HEADER]!
      return { ...signed, [HEADER]: isLive ? value.replace(',', ',te=,') : `${value},li=` }
    },
  }
}

/** Requires each of the three once, by name. The official package reads them by position, and refuses a header with fewer. */
function checkParts(value: string): void {
  const entries = value.split(',').map((entry) => entry.trim())
  const isWhole = PARTS.every((part) => entries.filter((entry) => entry.startsWith(part)).length === 1)
  if (isWhole && entries.length === PARTS.length) return
  throw new DeliveryError('AUTH_HEADER_MALFORMED', `the ${HEADER} header is not t=, te= and li=, each of them once`)
}
