/**
 * Binance Pay: orders that are paid inside Binance. Binance signs its notifications with a private key.
 * Source: developers.binance.com/docs/binance-pay (webhook-common, webhook-query-certificate, order-notification), and
 * python/webhook.py and signature.py of binance/binance-pay-signature-examples.
 */
import type { HeaderAuthentication } from '../../authentication.js'
import { publicKeySignature } from '../../crypto/public-key-signature.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, TYPES } from './interpret.js'
import { binancePayKeys, type BinancePayKeys } from './keys.js'
import { notification } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { BinancePayKeys } from './keys.js'
export type { BinancePayNotification } from './payload.js'

/** A key for tests, as made by `binancePayTestKeys` of the testing kit. */
export interface BinancePayTestKeys {
  readonly serial: string
  readonly publicKey: string
  readonly privateKey: string
}

interface CommonOptions {
  /**
   * The largest accepted difference between the time of a notification and the clock, in seconds. The documents do not say
   * if a repeat gets a new time.
   * @default null: no limit
   */
  readonly toleranceSeconds?: number | null | undefined
  /** From `binancePayTestKeys` of the testing kit, so that tests can sign. Refused if NODE_ENV is `production`. */
  readonly testKeys?: BinancePayTestKeys | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** Fetches Binance's public keys from its API. */
interface ByApi {
  readonly apiKey: string | undefined
  readonly apiSecret: string | undefined
  /** For tests against a server of your own. @default 'https://bpay.binanceapi.com' */
  readonly apiUrl?: string | undefined
  readonly keys?: undefined
}

/** The public keys are part of the configuration. */
interface ByKeys {
  /** Public keys in PEM, by their serial. Add a new key before Binance uses it. */
  readonly keys: BinancePayKeys
  readonly apiKey?: undefined
  readonly apiSecret?: undefined
  readonly apiUrl?: undefined
}

/** Options of `binancePay`. */
export type BinancePayOptions = CommonOptions & (ByApi | ByKeys)

const NAMES = ['toleranceSeconds', 'testKeys', 'now', 'apiKey', 'apiSecret', 'apiUrl', 'keys']

const NONCE = 'binancepay-nonce'

/**
 * Binance Pay, authenticated by an RSA signature of the time, a nonce and the body. Nothing in the shop's configuration can
 * forge a notification.
 *
 * @experimental How often and how long Binance repeats a notification is not documented, nor how it changes its keys.
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe API key or secret, `CONFIG_OPTION_UNKNOWN`,
 * `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { binancePay } from 'express-payment-webhooks/providers/binance-pay'
 *
 * const provider = binancePay({ apiKey: process.env.BINANCE_PAY_KEY, apiSecret: process.env.BINANCE_PAY_SECRET })
 * app.use('/webhooks/binance', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function binancePay(options: BinancePayOptions) {
  rejectUnknown('binancePay', options, NAMES)
  return defineProvider({
    name: 'binance-pay',
    types: TYPES,
    authentication: proofOf(options),
    // After any other answer, Binance sends the notification again (docs: webhook-common).
    answers: {
      accepted: { contentType: 'application/json', body: '{"returnCode":"SUCCESS","returnMessage":null}' },
    },
    // Binance sends a notification at most six times, at intervals that are not documented.
    unknownOrder: 'keep',
    schema: notification,
    toEvent: interpret,
  })
}

function proofOf(options: BinancePayOptions): HeaderAuthentication {
  const { toleranceSeconds = null, testKeys, now } = options
  if (testKeys !== undefined && process.env['NODE_ENV'] === 'production') {
    invalidOption('binancePay', 'testKeys are for tests: leave them out if NODE_ENV is production')
  }
  const proof = publicKeySignature({
    algorithm: 'RSA-SHA256',
    header: 'binancepay-signature',
    timestamp: { header: 'binancepay-timestamp', unit: 'ms', toleranceSeconds },
    headers: [NONCE],
    // The message has a line feed after the body as well.
    message: ({ timestamp, header, body }) => [`${timestamp}\n${header(NONCE)}\n`, body, '\n'],
    keys: binancePayKeys(testKeys === undefined ? options : { keys: { [testKeys.serial]: testKeys.publicKey } }),
    ...(now !== undefined && { now }),
    ...(testKeys !== undefined && { privateKey: testKeys.privateKey }),
  })
  return {
    ...proof,
    // Every attempt has a new nonce: kept with the delivery, it would make each attempt a different delivery.
    signedHeaders: [],
    sign: (body, headers) => ({
      ...proof.sign(body, headers),
      'binancepay-certificate-sn': testKeys?.serial ?? '',
    }),
  }
}
