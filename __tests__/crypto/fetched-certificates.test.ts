/** Certificates that a delivery names by their address: PayPal's vectors and its published certificate, over sockets. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { fetchedCertificates, type FetchedCertificatesOptions } from '../../src/crypto/fetched-certificates.js'
import { clock, setClock } from '../../src/lib/clock.js'
import { vectorsOf } from '../support/provider-suite.js'
import { delivery } from '../support/scheme-deliveries.js'
import { startServer, type RunningServer } from '../support/start-server.js'

interface PayPal {
  readonly at: string
  readonly root_pem: string
  readonly certificates: { readonly leaf: string; readonly other: string }
  readonly cases: readonly {
    readonly name: string
    readonly headers: Readonly<Record<string, string>>
    readonly fetch?: boolean
  }[]
  readonly published: readonly { readonly certificate_pem: string }[]
}

const { at, root_pem: ROOT, certificates, cases, published } = vectorsOf<{ readonly paypal: PayPal }>('paypal').paypal
const [{ certificate_pem: OF_2017 } = { certificate_pem: '' }] = published
const URL_OF_LEAF = cases[0]!.headers['PAYPAL-CERT-URL']!
const FOLDER = 'https://api.sandbox.paypal.com/v1/notifications/certs'

let server: RunningServer
let asked: string[]
let answer: { status: number; body: string; headers?: Record<string, string> }
beforeAll(async () => {
  server = await startServer((req, res) => {
    asked.push(req.url!)
    res.writeHead(answer.status, answer.headers).end(answer.body)
  })
})
afterAll(() => server.close())
beforeEach(() => {
  asked = []
  answer = { status: 200, body: certificates.leaf }
})

let ahead = 0
const system = clock
beforeEach(() => {
  ahead = 0
  setClock({ ...system, monotonic: () => system.monotonic() + ahead })
})
afterEach(() => setClock())

/** The options of PayPal's provider; its hosts are played on this machine. */
function keysWith(options: Partial<FetchedCertificatesOptions> = {}) {
  const keys = fetchedCertificates({
    header: 'PAYPAL-CERT-URL',
    hosts: ['api.paypal.com', 'api.sandbox.paypal.com'],
    folder: '/v1/notifications/certs/',
    names: ['messageverificationcerts.paypal.com', 'messageverificationcerts.sandbox.paypal.com'],
    issuers: ROOT,
    now: () => Date.parse(at),
    fetch: (url, init) => fetch(url.replace(/^https:\/\/[^/]+/, `http://127.0.0.1:${server.port}`), init),
    ...options,
  })
  /** The key, or the reason why there is none. */
  return async (url: string | string[] | undefined): Promise<KeyObject | string> => {
    try {
      const [key] = await keys(delivery(url === undefined ? {} : { 'paypal-cert-url': url }))
      return key!
    } catch (error) {
      return `${(error as { code: string }).code}: ${(error as Error).message}`
    }
  }
}

test('a certificate of the right name, issuer and time is fetched once, and its key is the one', async () => {
  const keyAt = keysWith()
  const keys = await Promise.all([keyAt(URL_OF_LEAF), keyAt(URL_OF_LEAF), keyAt(URL_OF_LEAF)])
  const leaf = createPublicKey(certificates.leaf)
  for (const key of keys) expect(leaf.equals(key as KeyObject)).toBe(true)
  expect(leaf.equals((await keyAt(URL_OF_LEAF)) as KeyObject)).toBe(true)
  expect(asked).toEqual(['/v1/notifications/certs/CERT-360caa42-fca2a594-00000000'])
})

describe('nothing is fetched from anywhere else', () => {
  const elsewhere = cases.filter((one) => one.fetch === false).map(({ headers }) => headers['PAYPAL-CERT-URL']!)

  test.each([
    ...elsewhere,
    'https://www.paypal.com/v1/notifications/certs/CERT-1',
    'https://evil.api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.:443/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://user@api.paypal.com/v1/notifications/certs/CERT-1',
    'https://:pass@api.paypal.com/v1/notifications/certs/CERT-1',
    `${FOLDER}/CERT-1?url=https://attacker.example`,
    `${FOLDER}/CERT-1#x`,
    `${FOLDER}/`,
    FOLDER,
    `${FOLDER}/a/b`,
    `${FOLDER}/../../admin/CERT-1`,
    `${FOLDER}/..%2f..%2fadmin`,
    `${FOLDER}/%2e%2e/CERT-1`,
    `${FOLDER}\\..\\..\\x`,
    `${FOLDER}/CERT 1`,
    `${FOLDER}/${'a'.repeat(600)}`,
    'ftp://api.paypal.com/v1/notifications/certs/CERT-1',
    'file:///v1/notifications/certs/CERT-1',
    '//api.paypal.com/v1/notifications/certs/CERT-1',
    'api.paypal.com/v1/notifications/certs/CERT-1',
    '',
    'x',
  ])('%s', async (url) => {
    expect(await keysWith()(url)).toBe(
      'AUTH_KEY_UNKNOWN: the delivery names a key that is not at a listed certificate URL',
    )
    expect(asked).toEqual([])
  })

  test('nor without an address, or with two', async () => {
    expect(elsewhere).toHaveLength(3)
    expect(await keysWith()(undefined)).toContain('AUTH_HEADER_MISSING')
    expect(await keysWith()([URL_OF_LEAF, URL_OF_LEAF])).toContain('AUTH_HEADER_REPEATED')
    expect(asked).toEqual([])
  })

  test('however the address of a listed place is written', async () => {
    const keyAt = keysWith()
    for (const url of [
      URL_OF_LEAF,
      URL_OF_LEAF.replace('api', 'API'),
      URL_OF_LEAF.replace('/v1', ':443/v1'),
      ` ${URL_OF_LEAF}`,
    ]) {
      expect(await keyAt(url)).toMatchObject({ type: 'public' })
    }
    expect(asked).toHaveLength(1)
  })

  test('nor from where an answer leads', async () => {
    answer = { status: 302, body: '', headers: { location: '/v1/notifications/certs/CERT-2' } }
    expect(await keysWith()(URL_OF_LEAF)).toContain('AUTH_UNDECIDED')
    expect(asked).toHaveLength(1)
  })
})

describe('a certificate that is not the provider’s is refused', () => {
  test('of another name, although the same authority has issued it', async () => {
    answer.body = certificates.other
    const keyAt = keysWith()
    expect(await keyAt(URL_OF_LEAF)).toContain(
      'AUTH_KEY_UNKNOWN: the delivery names a key that the provider does not have',
    )
    expect(await keyAt(URL_OF_LEAF)).toContain('AUTH_KEY_UNKNOWN')
    expect(asked).toHaveLength(1)
  })

  test('of a name that only looks like it', async () => {
    for (const names of [['sandbox.paypal.com'], ['paypal.com'], ['x.messageverificationcerts.sandbox.paypal.com']]) {
      expect(await keysWith({ names })(URL_OF_LEAF)).toContain('AUTH_KEY_UNKNOWN')
    }
  })

  test('that the provider says it does not have', async () => {
    answer = { status: 404, body: '' }
    expect(await keysWith()(URL_OF_LEAF)).toContain('AUTH_KEY_UNKNOWN')
  })
})

describe('what may be a matter of time, or of the configuration, is asked for again', () => {
  test.each<[string, Partial<FetchedCertificatesOptions>, string, string]>([
    [
      'not valid yet',
      { now: () => Date.parse('2025-12-31T23:59:59Z') },
      certificates.leaf,
      'is not valid at this time',
    ],
    ['expired', { now: () => Date.parse('2046-01-01T00:00:01Z') }, certificates.leaf, 'is not valid at this time'],
    ['PayPal’s own of 2017, today', {}, OF_2017, 'is not valid at this time'],
    [
      'PayPal’s own of 2017, at its time, by an issuer that is not configured',
      { now: () => Date.parse('2018-01-01') },
      OF_2017,
      'was not issued by any configured and valid issuer',
    ],
    ['no certificate', {}, '<html>maintenance</html>', 'could not be fetched'],
    ['half a certificate', {}, certificates.leaf.slice(0, 600), 'could not be fetched'],
    ['nothing', {}, '', 'could not be fetched'],
  ])('%s', async (_, options, body, why) => {
    answer.body = body
    const keyAt = keysWith(options)
    const says = await keyAt(URL_OF_LEAF)
    expect(says).toMatch(/^AUTH_UNDECIDED: the (certificate|key) that the delivery names /)
    expect(says).toContain(why)
    // Not remembered.
    await keyAt(URL_OF_LEAF)
    expect(asked).toHaveLength(2)
  })

  test.each([408, 425, 429, 500, 503])('status %i', async (status) => {
    answer = { status, body: '' }
    expect(await keysWith()(URL_OF_LEAF)).toContain('AUTH_UNDECIDED')
  })
})

test('a certificate that expires while it is known is fetched anew, at the same address', async () => {
  let now = Date.parse(at)
  const keyAt = keysWith({ now: () => now })
  expect(await keyAt(URL_OF_LEAF)).toMatchObject({ type: 'public' })
  now = Date.parse('2046-01-01T00:00:01Z')
  expect(await keyAt(URL_OF_LEAF)).toContain(
    'AUTH_UNDECIDED: the certificate that the delivery names is not valid at this time',
  )
  now = Date.parse(at)
  expect(await keyAt(URL_OF_LEAF)).toMatchObject({ type: 'public' })
  expect(asked).toHaveLength(3)
})

test('a known certificate is fetched anew after a day, and nobody waits for that', async () => {
  const keyAt = keysWith()
  await keyAt(URL_OF_LEAF)
  ahead = 25 * 60 * 60 * 1000
  answer = { status: 503, body: '' }
  expect(await keyAt(URL_OF_LEAF)).toMatchObject({ type: 'public' })
  while (asked.length < 2) await new Promise(setImmediate)
})

test.each<[object, string]>([
  [{ hosts: [] }, 'hosts must be a list of host names in lower case'],
  [{ hosts: ['https://api.paypal.com'] }, 'hosts must be'],
  [{ hosts: ['API.paypal.com'] }, 'hosts must be'],
  [{ hosts: 'api.paypal.com' }, 'hosts must be'],
  [{ names: ['*.paypal.com'] }, 'names must be a list of host names in lower case'],
  [{ folder: 'v1/certs/' }, 'folder must be a path that begins and ends with a slash'],
  [{ folder: '/v1/certs' }, 'folder must be'],
  [{ folder: '/v1/../certs/' }, 'folder must be'],
  [{ folder: undefined }, 'folder must be'],
  [{ issuers: '' }, 'issuers must be the certificates of authorities, in PEM'],
  [{ issuers: [certificates.leaf] }, 'issuers must be'],
  [{ issuers: [ROOT, certificates.leaf] }, 'issuers must be'],
  [{ issuers: ROOT.replace(/M/, '!') }, 'issuers must be'],
  [{ header: 'paypal cert url' }, 'is not a header name'],
  [{ maxAgeMs: -1 }, 'fetchedCertificates: maxAgeMs must be whole milliseconds above zero'],
  [{ cache: true }, 'fetchedCertificates: unknown option "cache"'],
])('options that cannot be meant: %#', (options, message) => {
  expect(() => keysWith(options)).toThrow(message)
})

test('without issuers a certificate counts because a listed host serves it; its name and its time count as ever', async () => {
  expect(await keysWith({ issuers: undefined })(URL_OF_LEAF)).toMatchObject({ type: 'public' })
  answer.body = certificates.other
  expect(await keysWith({ issuers: undefined })(URL_OF_LEAF)).toContain('AUTH_KEY_UNKNOWN')
  answer.body = OF_2017
  expect(await keysWith({ issuers: undefined })(URL_OF_LEAF)).toContain('is not valid at this time')
})

test('several issuers may stand in one text', async () => {
  expect(await keysWith({ issuers: [`${ROOT}\n${ROOT}`] })(URL_OF_LEAF)).toMatchObject({ type: 'public' })
})
