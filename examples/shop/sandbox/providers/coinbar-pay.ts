/**
 * CoinbarPay payments.
 *
 * Source: docs.coinbar.io (authentication, request-new-payment-web-page, payment-gateway, payment-statuses). There is no
 * partial status: an amount below the total is marked failed and sent back. A time-out and a refund are both `FAILED`, and
 * only `status_descr` tells them apart.
 */
import { Big } from 'big.js'
import { randomBytes, randomUUID } from 'node:crypto'
import { settleTransfers, type Payment, type Transfer } from '../payment.js'
import { Refusal } from '../refusal.js'
import { hmacHex } from '../signature.js'
import { changeAt, twice } from './change-at.js'
import {
  UNDOCUMENTED_RETRY,
  withQuery,
  type Action,
  type ActionInput,
  type Callback,
  type SandboxProvider,
} from './provider.js'

export interface CoinbarDetails {
  readonly clientId: string
  readonly email: string
  readonly products: readonly object[]
  /** The text of `status_descr`. */
  readonly description: string
}

type CoinbarPayment = Payment<CoinbarDetails>

export function openPayment(options: {
  readonly reference: string
  readonly amount: string
  readonly currency: string
  readonly expiresAt: number
  readonly now: number
  readonly details: Omit<CoinbarDetails, 'description'>
}): CoinbarPayment {
  const { now, details, ...rest } = options
  return {
    ...rest,
    provider: 'coinbar-pay',
    id: randomUUID(),
    payerKey: randomBytes(24).toString('base64url'),
    status: 'CREATED',
    transfers: [],
    createdAt: now,
    updatedAt: now,
    details: { ...details, description: '' },
  }
}

export const coinbarPay: SandboxProvider<CoinbarDetails> = {
  name: 'coinbar-pay',
  title: 'CoinbarPay',
  retry: UNDOCUMENTED_RETRY,
  takesMore: false,

  actions({ status, transfers }): readonly Action[] {
    if (status === 'CREATED') return ['pay', 'fail', 'cancel', 'expire']
    if (status === 'PENDING') return ['confirm', 'fail', 'cancel', 'expire']
    if (status === 'SUCCESS') return ['refund']
    // A canceled payment stays open on Coinbar's side for a while, so funds may still come.
    return transfers.length === 0 ? ['pay'] : []
  },

  act(before, input) {
    // A second change in the same millisecond still gets a later time.
    const now = Math.max(input.now, before.updatedAt + 1)
    const payment = change({ ...before, updatedAt: now }, input)
    return { payment, callbacks: [callback(payment)] }
  },

  paidInFull(payment, now) {
    const transfers = [newTransfer(payment.amount!, now)]
    return callback(become({ ...payment, transfers, updatedAt: now }, 'SUCCESS', 'Payment Executed'))
  },
  otherCurrency: 'USD',
  otherContent: (payload) => changeAt(payload, ['payment_detail', 'total_price'], twice),

  // The documentation names two values but no headers. These are the headers of calls in the other direction.
  sign: ({ coinbarPay: { clientId, secretKey } }, body) => ({
    'CBPAY-API-KEY': clientId,
    SIGNATURE: hmacHex(secretKey, body),
  }),

  payerPath({ payerKey, details, createdAt }) {
    const query = { requestToken: payerKey, serviceClientId: details.clientId, timestamp: String(createdAt) }
    return `/paymentgateway/pay?${new URLSearchParams(query).toString()}`
  },

  returnUrl: ({ reference }, configured) => withQuery(configured, { payment_request_id: reference }),
}

function change(payment: CoinbarPayment, { action, amount }: ActionInput): CoinbarPayment {
  const now = payment.updatedAt
  switch (action) {
    case 'pay':
      return pay(payment, amount ?? payment.amount!, now)
    case 'confirm':
      return become(settle(payment, 'detected', 'confirmed'), 'SUCCESS', 'Payment Executed')
    case 'refund':
      return become(settle(payment, 'confirmed', 'returned'), 'FAILED', 'Refund')
    case 'cancel':
      return become(settle(payment, 'detected', 'returned'), 'CANCELED', 'Canceled by client request')
    case 'expire':
      return become(settle(payment, 'detected', 'failed'), 'FAILED', 'Payment timeout')
    default:
      return become(settle(payment, 'detected', 'failed'), 'FAILED', 'Payment failed')
  }
}

function pay(before: CoinbarPayment, amount: string, now: number): CoinbarPayment {
  const difference = new Big(amount).cmp(before.amount!)
  if (difference > 0) throw new Refusal(400, 'CoinbarPay asks for exactly the total; more cannot be sent')
  const transfer = newTransfer(amount, now)
  const payment = { ...before, transfers: [...before.transfers, transfer] }
  if (difference === 0) return become(payment, 'PENDING', '')
  return become(settle(payment, 'detected', 'returned'), 'FAILED', 'Refund')
}

function settle(payment: CoinbarPayment, from: Transfer['state'], to: Transfer['state']): CoinbarPayment {
  return { ...payment, transfers: settleTransfers(payment.transfers, from, to, payment.updatedAt) }
}

function become(payment: CoinbarPayment, status: string, description: string): CoinbarPayment {
  const expiresAt = status === 'PENDING' ? payment.expiresAt : null
  return { ...payment, status, expiresAt, details: { ...payment.details, description } }
}

function newTransfer(amount: string, now: number): Transfer {
  const id = randomUUID().toUpperCase()
  return { id, hash: '', amount, state: 'detected', createdAt: now, settledAt: null }
}

/** Sent on every change of status. */
function callback(payment: CoinbarPayment): Callback {
  const { id, reference, currency, status, details, createdAt, updatedAt } = payment
  const payload = {
    result: 'success',
    payment_id_coinbar: id,
    payment_request_id_client: reference,
    service_client_id: details.clientId,
    customer: { email: details.email },
    products: details.products,
    input_coin: currency,
    status,
    status_descr: details.description,
    payment_detail: paymentDetail(payment),
    creation_time: createdAt,
    update_time: updatedAt,
  } satisfies Callback['payload']
  return { event: details.description === '' ? status : `${status} (${details.description})`, payload }
}

function paymentDetail({ status, transfers, amount }: CoinbarPayment) {
  const executed = status === 'PENDING' ? undefined : transfers.at(-1)
  return {
    transaction_id: executed?.id ?? '',
    timestamp: executed === undefined ? null : String(executed.createdAt),
    total_price: new Big(amount!).toFixed(2),
  }
}

/** The answer of the status call: the same facts under other names and in other forms, without `result`. */
export function statusJson({ id, reference, currency, status, details, createdAt, updatedAt, amount }: CoinbarPayment) {
  return {
    payment_id_coinbar: id,
    payment_request_id_client: reference,
    service_client_id: details.clientId,
    status,
    payment_detail: { total_price: Number(amount) },
    input_coin: currency,
    creation_time: new Date(createdAt).toISOString(),
    update_time: new Date(updatedAt).toISOString(),
    status_descr: details.description,
  }
}
