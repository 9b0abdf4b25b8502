/**
 * `X-Hook0-Signature: t=<seconds>,v0=<hex>,h=<names>,v1=<hex>`. `v0` covers the time and the body; `v1` also covers the
 * values of the headers that `h` names (docs: webhooks/verify-signatures; hook0-client 1.1.0).
 */
import type { HeaderAuthentication } from '../../authentication.js'
import { singleHeader } from '../../crypto/header.js'
import type { MessageParts } from '../../crypto/header-proof-options.js'
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import type { Delivery } from '../../delivery.js'
import { DeliveryError } from '../../errors.js'

const HEADER = 'x-hook0-signature'

/** Names of headers in `h`: lower case, as the provider writes them. */
const NAME = /^[a-z0-9][a-z0-9_-]*$/

/** The documents never show more than three. */
const MAX_NAMES = 16

/** Holds the header names and values that `v1` covers, in a copy of the delivery that has no other header. */
const COVERED = 'x-hook0-covered'

/** Into the past, as documented, and into the future, as in the library. */
const TOLERANCE_SECONDS = 300

interface Hook0 {
  readonly secret: Secret
  readonly retired: Secret
  /** `v1`: `v0` counts only if there is no `v1`. `v0`: only `v0` is checked. */
  readonly version: 'v1' | 'v0'
  readonly now: (() => number) | undefined
}

export function hook0Signature({ secret, retired, version, now }: Hook0): HeaderAuthentication {
  const scheme = (prefix: string, message: (parts: MessageParts) => readonly (string | Buffer)[]) =>
    signature({
      header: HEADER,
      secret,
      secretOption: 'coinbaseBusiness: secret',
      ...(retired !== undefined && { retired }),
      separator: ',',
      prefix,
      timestamp: { entry: 't=', toleranceSeconds: TOLERANCE_SECONDS },
      ...(prefix === 'v1=' && { headers: [COVERED] }),
      message,
      ...(now !== undefined && { now }),
    })
  const v0 = scheme('v0=', ({ timestamp, body }) => [timestamp, '.', body])
  const v1 = scheme('v1=', ({ timestamp, header, body }) => [timestamp, '.', header(COVERED), '.', body])
  const usesV1 = (delivery: Delivery) =>
    version === 'v1' && entriesOf(delivery).some((entry) => entry.startsWith('v1='))
  return {
    verify: (delivery) => (usesV1(delivery) ? v1.verify(withCovered(delivery)) : v0.verify(delivery)),
    explain(delivery) {
      if (!usesV1(delivery)) return v0.explain?.(delivery) ?? null
      if (fits(() => v0.verify(delivery))) {
        return `v0 fits, and v1 does not: a header named in h was changed on its way. ${FIX}`
      }
      return v1.explain?.(withCovered(delivery)) ?? null
    },
    sign(body, { [EVENT_ID]: id = 'evt_sample' } = {}) {
      const { [HEADER]: signed } = v1.sign(body, { [COVERED]: `${EVENT_ID}.${id}` })
      return { [EVENT_ID]: id, [HEADER]: signed!.replace(',', `,h=${EVENT_ID},`) }
    },
  }
}

const EVENT_ID = 'x-event-id'

const FIX = "If a proxy must rewrite content-type, set version: 'v0'"

function entriesOf(delivery: Delivery): readonly string[] {
  return singleHeader(delivery, HEADER)
    .split(',')
    .map((entry) => entry.trim())
}

/**
 * A copy of the delivery with one header for all that `h` names: the names, and their values.
 *
 * @throws DeliveryError `AUTH_HEADER_MALFORMED`, `AUTH_HEADER_MISSING`, `AUTH_HEADER_REPEATED`
 */
function withCovered(delivery: Delivery): Delivery {
  const [list, ...others] = entriesOf(delivery).filter((entry) => entry.startsWith('h='))
  const names = list?.slice('h='.length).split(' ') ?? []
  const isList = names.length > 0 && names.length <= MAX_NAMES && names.every((name) => NAME.test(name))
  if (!isList || others.length > 0 || new Set(names).size < names.length) {
    throw new DeliveryError('AUTH_HEADER_MALFORMED', `the ${HEADER} header names no headers that v1 covers`)
  }
  // Some libraries take a named but missing header as empty, others skip it.
  const values = names.map((name) => singleHeader(delivery, name))
  const covered = `${names.join(' ')}.${values.join('.')}`
  return { ...delivery, headers: { [HEADER]: singleHeader(delivery, HEADER), [COVERED]: covered }, rawHeaders: [] }
}

function fits(verify: () => unknown): boolean {
  try {
    return verify() === true
  } catch {
    return false
  }
}
