/** Certificates that deliveries name by URL. They are fetched from listed hosts only, and checked before use. */
import { X509Certificate, type KeyObject } from 'node:crypto'
import { DeliveryError } from '../errors.js'
import { clock } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { checkedAge } from './fetched-keys.js'
import { headerName, singleHeader } from './header.js'
import { keyAnswer } from './key-answer.js'
import { KeyCache, unknownKey } from './key-cache.js'
import type { KeySource } from './public-key-signature.js'

/** Options of `fetchedCertificates`. */
export interface FetchedCertificatesOptions {
  /** The header with the certificate's URL. */
  readonly header: string
  /** The exact hosts from which the certificate may come: https only, on the default port. */
  readonly hosts: readonly string[]
  /** The folder of the certificate on the host, for example `/v1/certs/`: one file in it, without a query. */
  readonly folder: string
  /** The accepted names of the certificate; one match is enough (subject alternative names of type DNS). */
  readonly names: readonly string[]
  /**
   * The certificates that may have issued it, in PEM, one or several in each string: the provider's intermediate
   * certificates, or a root that issues directly. Only these are trusted, not the certificates that the machine trusts
   * for other purposes.
   * @default none: a certificate is accepted because a listed host serves it, which TLS has proven
   */
  readonly issuers?: string | readonly string[] | undefined
  /** How long a certificate is used before it is fetched again, in milliseconds. @default 24 hours */
  readonly maxAgeMs?: number | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** @default the global fetch */
  readonly fetch?:
    ((url: string, init: { readonly signal: AbortSignal; readonly redirect: 'error' }) => Promise<Response>) | undefined
}

const NAMES = ['header', 'hosts', 'folder', 'names', 'issuers', 'maxAgeMs', 'now', 'fetch']

const MAX_URL_LENGTH = 512

/** Looked up at each call, so that a test may replace it. */
const globalFetch: NonNullable<FetchedCertificatesOptions['fetch']> = (url, init) => fetch(url, init)

interface Certified {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

/**
 * Returns the key of the certificate that a delivery names, for `publicKeySignature`. It is fetched in the same way as
 * by `fetchedKeys`.
 *
 * A certificate with another name is not the provider's. If a certificate has expired, or none of the issuers has
 * signed it, the answer is "later": the provider may be changing it, and the operator is told.
 *
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { fetchedCertificates, publicKeySignature } from 'express-payment-webhooks/keys'
 *
 * const authentication = publicKeySignature({
 *   algorithm: 'RSA-SHA256',
 *   header: 'x-acme-signature',
 *   keys: fetchedCertificates({
 *     header: 'x-acme-certificate',
 *     hosts: ['api.acme.example'],
 *     folder: '/certificates/',
 *     names: ['webhooks.acme.example'],
 *     issuers: readFileSync('acme-ca.pem', 'utf8'),
 *   }),
 * })
 * ```
 */
export function fetchedCertificates(options: FetchedCertificatesOptions): KeySource {
  rejectUnknown('fetchedCertificates', options, NAMES)
  const { hosts, folder, names, now = () => clock.now(), fetch: get = globalFetch } = options
  const header = headerName(options.header)
  checkPlace(options)
  const issuers = options.issuers === undefined ? null : issuersOf(options.issuers)

  const load = async (url: string, { signal }: { readonly signal: AbortSignal }): Promise<Certified | null> => {
    const pem = await keyAnswer(await get(url, { signal, redirect: 'error' }))
    if (pem === null) return null
    const certificate = new X509Certificate(pem)
    if (!names.some((name) => certificate.checkHost(name, { subject: 'never', wildcards: false }) === name)) return null
    check(certificate, issuers, now())
    return { certificate, key: certificate.publicKey }
  }

  const cache = new KeyCache(load, checkedAge('fetchedCertificates', options.maxAgeMs))
  return (delivery) => {
    const url = placeOf(singleHeader(delivery, header), hosts, folder)
    const known = cache.known(url)
    if (known !== undefined && isValidAt(known.certificate, now())) return [known.key]
    // The new certificate may have the same URL.
    if (known !== undefined) cache.forget(url)
    return cache.get(url).then(({ key }) => [key])
  }
}

/** A URL in a delivery never causes a fetch from any other place. @throws DeliveryError `AUTH_KEY_UNKNOWN` */
function placeOf(text: string, hosts: readonly string[], folder: string): string {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : null
  const { protocol, hostname, port, username, password, pathname, search, hash } = url ?? {}
  const isListed = protocol === 'https:' && hosts.includes(hostname!) && port === ''
  const isBare = username === '' && password === '' && search === '' && hash === ''
  const isInFolder = pathname?.startsWith(folder) === true && /^[\w.-]+$/.test(pathname.slice(folder.length))
  if (isListed && isBare && isInFolder) return url!.href
  throw unknownKey('is not at a listed certificate URL')
}

/** @throws DeliveryError `AUTH_UNDECIDED` with the reason: the shop, or the provider, has something to renew */
function check(certificate: X509Certificate, issuers: readonly X509Certificate[] | null, now: number): void {
  if (!isValidAt(certificate, now)) throw undecided('is not valid at this time')
  if (issuers === null) return
  const hasIssued = (issuer: X509Certificate) =>
    certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey) && isValidAt(issuer, now)
  if (!issuers.some(hasIssued)) throw undecided('was not issued by any configured and valid issuer')
}

function undecided(what: string): DeliveryError {
  return new DeliveryError('AUTH_UNDECIDED', `the certificate that the delivery names ${what}`)
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo)
}

function checkPlace({ hosts, folder, names }: FetchedCertificatesOptions): void {
  for (const [option, list] of Object.entries({ hosts, names })) {
    const isList = Array.isArray(list) && list.length > 0 && list.every((one) => /^[a-z0-9.-]+$/.test(String(one)))
    if (!isList) invalidOption('fetchedCertificates', `${option} must be a list of host names in lower case`)
  }
  const isFolder = /^\/(?:[\w.-]+\/)*$/.test(String(folder))
  if (!isFolder || new URL(folder, 'https://any.example').pathname !== folder) {
    invalidOption('fetchedCertificates', 'folder must be a path that begins and ends with a slash')
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

function issuersOf(texts: string | readonly string[]): readonly X509Certificate[] {
  const issuers = [texts].flat().flatMap((text) => (String(text).match(PEM) ?? []).map(read))
  if (issuers.length > 0 && issuers.every((issuer) => issuer?.ca === true)) return issuers as X509Certificate[]
  return invalidOption('fetchedCertificates', 'issuers must be the certificates of authorities, in PEM')
}

function read(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}
