/** Binance Pay's public keys: from its API, by the serial that a notification names, or from the shop's configuration. */
import { z } from 'zod'
import { fetchedKeys } from '../../crypto/fetched-keys.js'
import { singleHeader } from '../../crypto/header.js'
import { hmac } from '../../crypto/mac.js'
import { nonce } from '../../crypto/nonce.js'
import { publicKeyOf } from '../../crypto/public-key.js'
import type { KeySource } from '../../crypto/public-key-signature.js'
import { checkApiKey } from '../../crypto/api-key.js'
import { DeliveryError } from '../../errors.js'
import { clock } from '../../lib/clock.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { readJson } from '../../read-back/read-json.js'

const SERIAL_HEADER = 'binancepay-certificate-sn'

/** Public keys in PEM, by their serial. */
export type BinancePayKeys = Readonly<Record<string, string>>

interface Source {
  readonly apiKey?: string | undefined
  readonly apiSecret?: string | undefined
  readonly apiUrl?: string | undefined
  readonly keys?: BinancePayKeys | undefined
}

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function binancePayKeys({ apiKey, apiSecret, apiUrl, keys }: Source): KeySource {
  if (keys === undefined) {
    checkApiKey('binancePay: apiKey', apiKey)
    checkApiKey('binancePay: apiSecret', apiSecret)
    return fetchedKeys({ name: serialOf, fetch: fetcher(apiUrl ?? 'https://bpay.binanceapi.com', apiKey!, apiSecret!) })
  }
  if (apiKey !== undefined || apiSecret !== undefined) {
    invalidOption('binancePay', 'give apiKey and apiSecret, or keys, and not both')
  }
  const known = new Map(Object.entries(keys).map(([serial, pem]) => [serial, readKey(pem)]))
  if (known.size === 0) invalidOption('binancePay', 'keys must name at least one serial')
  return (delivery) => {
    const key = known.get(serialOf(delivery))
    if (key !== undefined) return [key]
    throw new DeliveryError('AUTH_KEY_UNKNOWN', 'the notification names a certificate that is not among keys')
  }
}

function serialOf(delivery: Parameters<KeySource>[0]): string {
  return singleHeader(delivery, SERIAL_HEADER)
}

function readKey(pem: string) {
  try {
    return publicKeyOf(pem)
  } catch {
    return invalidOption('binancePay', 'each of keys must be a public key in PEM')
  }
}

const certificates = z.looseObject({
  data: z.array(z.looseObject({ certSerial: z.string(), certPublic: z.string() })),
})

/** The serial is compared with the one in Binance's answer: its derivation from the key is not documented well enough. */
function fetcher(root: string, apiKey: string, apiSecret: string) {
  return async (serial: string, { signal }: { readonly signal: AbortSignal }) => {
    const { data } = await readJson(`${root}/binancepay/openapi/certificates`, {
      schema: certificates,
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', ...signed('{}', apiKey, apiSecret) },
      signal,
    })
    const found = data.find(({ certSerial }) => certSerial === serial)
    return found === undefined ? null : publicKeyOf(found.certPublic)
  }
}

/** Signs a request to Binance Pay (code: python/signature.py). */
function signed(body: string, apiKey: string, apiSecret: string): Record<string, string> {
  const time = String(clock.now())
  const once = nonce()
  const digest = hmac('sha512', Buffer.from(apiSecret, 'utf8'), [`${time}\n${once}\n${body}\n`])
  return {
    'binancepay-timestamp': time,
    'binancepay-nonce': once,
    [SERIAL_HEADER]: apiKey,
    'binancepay-signature': digest.toString('hex').toUpperCase(),
  }
}
