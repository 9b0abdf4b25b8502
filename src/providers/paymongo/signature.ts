/** `Paymongo-Signature: t=<seconds>,te=<hex or empty>,li=<hex or empty>`, of which the part of the mode counts. */
import type { HeaderAuthentication } from '../../authentication.js'
import { headerValues } from '../../crypto/header.js'
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { DeliveryError } from '../../errors.js'

const HEADER = 'paymongo-signature'

const PARTS = ['t=', 'te=', 'li=']

/** As long as retries go on, and some (docs: webhook-retry-logic). */
const TOLERANCE_SECONDS = 3 * 60 * 60

/** No clock of a sender is further ahead than this. */
const AHEAD_SECONDS = 300

interface SignatureOptions {
  readonly secret: Secret
  readonly retired?: Secret
  readonly mode: 'live' | 'test'
  readonly toleranceSeconds?: number | null
  readonly now?: () => number
}

/** The official package takes the live signature where there is one, else the test one: a mode takes its own alone. */
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

/** Each of the three once, by name: the package goes by position, and refuses a header that has fewer. */
function checkParts(value: string): void {
  const entries = value.split(',').map((entry) => entry.trim())
  const isWhole = PARTS.every((part) => entries.filter((entry) => entry.startsWith(part)).length === 1)
  if (isWhole && entries.length === PARTS.length) return
  throw new DeliveryError('AUTH_HEADER_MALFORMED', `the ${HEADER} header is not t=, te= and li=, each of them once`)
}
