/**
 * CoinbarPay payment gateway, signed callbacks (v2).
 * Source: docs.coinbar.io (payment-gateway, authentication, payment-statuses); the public plugins for the shapes that
 * really occur. The documents name the two credentials of a callback, but not its headers. The defaults are therefore the
 * header names of the opposite direction, and both can be configured.
 */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { secretMatcher } from '../../crypto/constant-time.js'
import { allHeaders, headerName, headerValues, singleHeader } from '../../crypto/header.js'
import { signature } from '../../crypto/signature.js'
import { isPlaceholder, type Secret } from '../../crypto/secrets.js'
import { ConfigurationError, DeliveryError } from '../../errors.js'
import type { EventDraft } from '../../event.js'
import {
  currencyCode,
  emptyAsNull,
  freeText,
  identifier,
  instant,
  optionalDecimal,
  optionalIdentifier,
  type PayloadSchema,
} from '../../payload.js'
import type { HeaderAuthentication } from '../../authentication.js'
import { defineProvider } from '../../provider.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'

export { coinbarPayPayments, type CoinbarPayPaymentsOptions } from './payments.js'

const detail = z.object({
  /** Empty before a payment. */
  transaction_id: optionalIdentifier,
  timestamp: instant,
  /** In `input_coin`. */
  total_price: optionalDecimal,
})

const payment = z.object({
  payment_id_coinbar: identifier,
  /** The merchant's order reference. */
  payment_request_id_client: identifier,
  service_client_id: identifier,
  /** The outcome of the call, not of the payment: failed payments have `success` too. */
  result: freeText,
  status: z
    .string()
    .min(1)
    .max(100)
    .transform((status) => status.toUpperCase()),
  status_descr: freeText,
  input_coin: currencyCode,
  customer: z
    .looseObject({ email: freeText })
    .nullish()
    .catch(null)
    .transform((customer) => customer ?? null),
  products: z.array(z.unknown()).catch([]),
  payment_detail: z
    .preprocess(emptyAsNull, detail.nullish())
    .transform((found) => found ?? { transaction_id: null, timestamp: null, total_price: null }),
  creation_time: instant,
  update_time: instant,
})

const LEGACY =
  'the encrypted envelope of the 2022 plugins, which proves nothing about its sender; have the account moved to signed callbacks'

/** If an account still sends `responseToken`, the error names that cause, instead of a list of missing fields. */
const payload: PayloadSchema<z.output<typeof payment>> = {
  safeParse(body) {
    if (typeof body === 'object' && body !== null && 'responseToken' in body && !('status' in body)) {
      throw new DeliveryError('PAYLOAD_LEGACY', `the body is ${LEGACY}`)
    }
    return payment.safeParse(body)
  },
}

/** A CoinbarPay callback. */
export type CoinbarPayPayload = z.output<typeof payment>

type CoinbarPayType =
  | 'payment.pending'
  | 'payment.detected'
  | 'payment.confirmed'
  | 'payment.canceled'
  | 'payment.expired'
  | 'payment.refunded'
  | 'payment.failed'

/**
 * CoinbarPay, authenticated by the service client id and the hex HMAC-SHA256 of the raw body.
 *
 * @param options.clientId `SERVICE_CLIENT_ID`; the body's `service_client_id` must be the same
 * @param options.secretKey `SERVICE_SECRET_KEY`, used as text; several during a rotation
 * @param options.retired replaced keys: a delivery signed with one is refused, and the explanation for the operator says so
 * @param options.headers header names. Default `{ clientId: 'cbpay-api-key', signature: 'signature' }`.
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { coinbarPay, memoryStore, paymentWebhook } from 'express-payment-webhooks'
 *
 * const provider = coinbarPay({
 *   clientId: process.env.COINBAR_CLIENT_ID,
 *   secretKey: process.env.COINBAR_SECRET_KEY,
 * })
 * app.use('/webhooks/coinbar', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function coinbarPay(options: {
  readonly clientId: string | undefined
  readonly secretKey: Secret
  readonly retired?: Secret
  readonly headers?: { readonly clientId?: string | undefined; readonly signature?: string | undefined } | undefined
}) {
  rejectUnknown('coinbarPay', options, ['clientId', 'secretKey', 'retired', 'headers'])
  const clientId = checkClientId(options.clientId)
  const isClient = secretMatcher([clientId])
  return defineProvider({
    name: 'coinbar-pay',
    account: clientId,
    types: [
      'payment.pending',
      'payment.detected',
      'payment.confirmed',
      'payment.canceled',
      'payment.expired',
      'payment.refunded',
      'payment.failed',
    ],
    authentication: authentication({ ...options, clientId }, isClient),
    answers: { accepted: { contentType: 'application/json', body: '{"code":"OK"}' } },
    schema: payload,
    toEvent(native) {
      if (!isClient(native.service_client_id)) {
        throw new DeliveryError('AUTH_CLIENT_MISMATCH', 'service_client_id in the body is not the configured clientId')
      }
      const type = typeOf(native)
      return type === null ? { unrecognised: native.status.toLowerCase(), native } : toDraft(type, native)
    },
  })
}

function authentication(
  options: Parameters<typeof coinbarPay>[0] & { clientId: string },
  isClient: (id: string) => boolean,
): HeaderAuthentication {
  const { clientId, secretKey, retired, headers = {} } = options
  rejectUnknown('coinbarPay: headers', headers, ['clientId', 'signature'])
  const clientHeader = headerName(headers.clientId ?? 'cbpay-api-key')
  const proof = signature({
    header: headers.signature ?? 'signature',
    secret: secretKey,
    retired,
    secretOption: 'coinbarPay: secretKey',
  })
  return {
    verify(delivery) {
      const announced = headerValues(delivery, clientHeader).length > 0
      if (!announced && headerValues(delivery, 'service-client-id').length > 0) {
        throw new DeliveryError('PAYLOAD_LEGACY', `the service-client-id header announces ${LEGACY}`)
      }
      if (!isClient(singleHeader(delivery, clientHeader))) {
        throw new DeliveryError('AUTH_CLIENT_MISMATCH', `the ${clientHeader} header is not the configured clientId`)
      }
      return proof.verify(delivery)
    },
    explain(delivery) {
      const found = headerValues(delivery, clientHeader).length > 0
      const other = found ? undefined : allHeaders(delivery).find(([, value]) => isClient(value))
      if (other === undefined) return proof.explain?.(delivery) ?? null
      return `the client id came in the header ${other[0]}, not in ${clientHeader}: set headers.clientId`
    },
    sign: (body) => ({ [clientHeader]: clientId, ...proof.sign(body) }),
  }
}

function checkClientId(clientId: unknown): string {
  if (typeof clientId === 'string' && clientId !== '' && clientId.trim() === clientId && !isPlaceholder(clientId))
    return clientId
  throw new ConfigurationError(
    'CONFIG_OPTION_INVALID',
    'coinbarPay: clientId is missing, a placeholder or surrounded by whitespace; use the Service Client ID from the dashboard',
  )
}

function toDraft(type: CoinbarPayType, native: CoinbarPayPayload): EventDraft<CoinbarPayType, CoinbarPayPayload> {
  const { total_price: total, transaction_id: transactionId, timestamp } = native.payment_detail
  const money = total === null ? null : { amount: total, currency: native.input_coin }
  return {
    type,
    identity: identityOf(native),
    orderId: native.payment_request_id_client,
    paymentId: native.payment_id_coinbar,
    transaction: transactionId === null ? null : { id: transactionId, hash: null, network: null, confirmations: null },
    expected: money,
    // There is no partial status: a part payment fails and is sent back, so only a success received money.
    received: money !== null && type === 'payment.confirmed' ? { ...money, basis: 'total' } : null,
    reason: native.status_descr,
    // The timestamp is the payment's: a failure that returns the money comes later.
    occurredAt: native.update_time ?? (type === 'payment.confirmed' ? timestamp : null),
    native,
  }
}

/** Two attempts at one order differ in payment id; two changes of one payment differ in update time. */
function identityOf(native: CoinbarPayPayload): string[] {
  const { payment_id_coinbar: id, status, update_time: changed, payment_detail } = native
  const moment = changed ?? hash('sha256', JSON.stringify(native), 'base64url')
  return [id, canonicalStatus(status), moment, payment_detail.transaction_id ?? '']
}

function canonicalStatus(status: string): string {
  return status === 'CANCELLED' ? 'CANCELED' : status
}

function typeOf({ status, status_descr: text }: CoinbarPayPayload): CoinbarPayType | null {
  switch (canonicalStatus(status)) {
    case 'CREATED':
      return 'payment.pending'
    case 'PENDING':
      return 'payment.detected'
    case 'SUCCESS':
      return 'payment.confirmed'
    case 'CANCELED':
      return 'payment.canceled'
    case 'FAILED':
      return failureOf(text ?? '')
    default:
      return null
  }
}

/**
 * Only the text distinguishes a time-out from a refund, and its wording varies. Only a complete refund counts as one. A
 * text about a partial or failed refund needs a person, as does any other failure after a success.
 */
function failureOf(text: string): CoinbarPayType {
  if (
    /refund/i.test(text) &&
    !/partial|part of|reject|fail|den(y|ied)|declin|cancel|pending|request|no refund|not /i.test(text)
  )
    return 'payment.refunded'
  if (/tim(e|ed)[\s-]*out/i.test(text)) return 'payment.expired'
  return 'payment.failed'
}
