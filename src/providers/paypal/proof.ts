/**
 * PayPal's signature covers the id and time of a delivery and the endpoint, but only a checksum of the body. It proves that
 * PayPal sent something with this id, but not the content.
 */
import type { HeaderAuthentication } from '../../authentication.js'
import { crc32Text } from '../../crypto/crc32.js'
import { fetchedCertificates } from '../../crypto/fetched-certificates.js'
import { publicKeySignature } from '../../crypto/public-key-signature.js'
import { invalidOption } from '../../lib/invalid-option.js'

/** The header that names a transmission, covered by the proof. */
export const TRANSMISSION_ID = 'paypal-transmission-id'

/** A certificate and its key for tests, as made by `payPalTestKeys` of the testing kit. */
export interface PayPalTestKeys {
  readonly certificate: string
  readonly privateKey: string
}

/** Options of the proof. */
export interface PayPalProofOptions {
  readonly webhookIds: readonly string[]
  readonly mode: 'live' | 'sandbox'
  readonly issuers?: string | readonly string[] | undefined
  readonly toleranceSeconds: number | null
  readonly testKeys?: PayPalTestKeys | undefined
  readonly now?: (() => number) | undefined
}

/** Hosts of PayPal's certificates. Genuine ones were seen at the first host of each mode. */
const HOSTS = {
  live: ['api.paypal.com', 'api-m.paypal.com'],
  sandbox: ['api.sandbox.paypal.com', 'api-m.sandbox.paypal.com'],
} as const

const FOLDER = '/v1/notifications/certs/'

/** The certificate that PayPal published with its Java SDK has both names. */
const NAMES = ['messageverificationcerts.paypal.com', 'messageverificationcerts.sandbox.paypal.com']

/** How far PayPal's clock may be ahead of this one. */
const AHEAD_SECONDS = 300

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function payPalProof(options: PayPalProofOptions): HeaderAuthentication {
  const { webhookIds, mode, issuers, toleranceSeconds, testKeys, now } = options
  if (testKeys !== undefined && process.env['NODE_ENV'] === 'production') {
    invalidOption('paypal', 'testKeys are for tests: leave them out if NODE_ENV is production')
  }
  const clock = now === undefined ? {} : { now }
  const proof = publicKeySignature({
    ...clock,
    algorithm: 'RSA-SHA256',
    header: 'paypal-transmission-sig',
    id: TRANSMISSION_ID,
    timestamp: {
      header: 'paypal-transmission-time',
      unit: 'iso',
      toleranceSeconds,
      aheadSeconds: toleranceSeconds === null ? null : AHEAD_SECONDS,
    },
    message: ({ id, timestamp, body }) =>
      webhookIds.map((webhookId) => [`${id}|${timestamp}|${webhookId}|${crc32Text(body)}`]),
    provesBody: false,
    keys: fetchedCertificates({
      ...clock,
      header: 'paypal-cert-url',
      hosts: HOSTS[mode],
      folder: FOLDER,
      names: NAMES,
      ...(testKeys === undefined ? { issuers } : servedLocally(testKeys, mode)),
    }),
    ...(testKeys !== undefined && { privateKey: testKeys.privateKey }),
  })
  // `PAYPAL-AUTH-ALGO` is not read: its spelling has changed before (PayPal-node-SDK#68), and a request must not choose the
  // algorithm.
  return {
    ...proof,
    sign: (body, headers) => ({ ...proof.sign(body, headers), 'paypal-cert-url': testUrl(mode) }),
  }
}

function testUrl(mode: PayPalProofOptions['mode']): string {
  return `https://${HOSTS[mode][0]}${FOLDER}CERT-for-tests`
}

/** The test certificate is checked like any other, starting with its address, but never fetched. */
function servedLocally({ certificate }: PayPalTestKeys, mode: PayPalProofOptions['mode']) {
  const fetch = (url: string) =>
    Promise.resolve(url === testUrl(mode) ? new Response(certificate) : new Response(null, { status: 404 }))
  return { issuers: certificate, fetch }
}
