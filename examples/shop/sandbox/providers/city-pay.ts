/**
 * CityPay orders.
 *
 * Source: developer.citypay.io (create-order-1, get-orders, order-status, payment-callback). Nothing proves the origin of a
 * callback. Its amounts are those of the last transaction. Nothing is sent when an order expires unpaid.
 */
import { Big } from 'big.js'
import { randomBytes } from 'node:crypto'
import { missing, received, settleTransfers, type Payment, type Transfer } from '../payment.js'
import { Refusal } from '../refusal.js'
import {
  UNDOCUMENTED_RETRY,
  withQuery,
  type Action,
  type Callback,
  type SandboxProvider,
  type Step,
} from './provider.js'

export interface CityPayDetails {
  /** Null until the payer has chosen one. */
  readonly coin: CoinCode | null
  readonly minutes: number
}

type CityPayPayment = Payment<CityPayDetails>

/** Invented rates in the account's currency. */
export const COINS = {
  btc: { name: 'Bitcoin', rate: 50_000 },
  eth: { name: 'Ethereum', rate: 2500 },
  usdt: { name: 'Tether', rate: 1 },
} as const
export type CoinCode = keyof typeof COINS

const DISPLAY: Readonly<Record<string, string>> = {
  IN_PROGRESS: 'In-progress',
  PAID_UNCONFIRMED: 'Paid/Unconfirmed',
  CONFIRMED: 'Confirmed',
  UNDERPAID: 'Underpaid',
  OVERPAID: 'Overpaid',
  CANCELED: 'Canceled',
}

export function openOrder(options: {
  readonly id: string
  readonly token: string
  readonly reference: string
  readonly amount: string
  readonly lifetimeMs: number
  readonly now: number
}): CityPayPayment {
  const { id, token, reference, amount, lifetimeMs, now } = options
  return {
    provider: 'city-pay',
    id,
    reference,
    payerKey: token,
    amount,
    // Configured for the account, not for the order.
    currency: 'USD',
    status: 'IN_PROGRESS',
    transfers: [],
    createdAt: now,
    updatedAt: now,
    expiresAt: now + lifetimeMs,
    details: { coin: null, minutes: Math.ceil(lifetimeMs / 60_000) },
  }
}

export const cityPay: SandboxProvider<CityPayDetails> = {
  name: 'city-pay',
  title: 'CityPay',
  retry: UNDOCUMENTED_RETRY,
  takesMore: true,

  actions({ status, details, transfers }): readonly Action[] {
    if (status === 'PAID_UNCONFIRMED') return ['pay', 'confirm']
    if (status === 'OVERPAID') return ['confirm']
    if (status !== 'IN_PROGRESS') return []
    if (details.coin === null) return ['choose-coin', 'cancel', 'expire']
    return transfers.length === 0 ? ['pay', 'cancel', 'expire'] : ['pay', 'expire']
  },

  act(before, { action, amount, coin, now }) {
    const payment = { ...before, updatedAt: now }
    switch (action) {
      case 'choose-coin':
        return report({ ...payment, details: { ...payment.details, coin: knownCoin(coin ?? 'btc') } }, 'order creation')
      case 'pay':
        return report(pay(payment, amount ?? missing(payment)!, now), 'receive_transaction')
      case 'confirm': {
        const transfers = settleTransfers(payment.transfers, 'detected', 'confirmed', now)
        return report({ ...payment, status: 'CONFIRMED', expiresAt: null, transfers }, 'confirmation')
      }
      case 'cancel':
        return report({ ...payment, status: 'CANCELED', expiresAt: null }, 'status_update')
      default:
        // The documentation does not say whether UNDERPAID is sent. It only says that an expired order sends nothing.
        return payment.transfers.length === 0
          ? { payment: { ...payment, status: 'EXPIRED', expiresAt: null }, callbacks: [] }
          : report({ ...payment, status: 'UNDERPAID', expiresAt: null }, 'status_update')
    }
  },

  note: ({ status }) =>
    status === 'EXPIRED'
      ? 'CityPay sends nothing about this: the shop finds it out when its own time to pay is over, and it reads the order back.'
      : null,

  /** A callback that a payer can forge after seeing one: the token is in the address of the payer's own page. */
  paidInFull(payment, now) {
    const coin = payment.details.coin ?? 'btc'
    const transfers = [newTransfer(payment.amount!, now)]
    return callback(
      { ...payment, status: 'CONFIRMED', transfers, details: { ...payment.details, coin } },
      'confirmation',
    )
  },
  otherCurrency: 'EUR',
  otherContent: (payload) => payload,

  sign: () => ({}),

  payerPath: ({ payerKey }) => `/city-pay/invoice?token=${encodeURIComponent(payerKey)}`,

  returnUrl: ({ reference }, configured) => withQuery(configured, { order_id: reference }),
}

function pay(before: CityPayPayment, amount: string, now: number): CityPayPayment {
  if (amount === '0') throw new Refusal(400, 'say how much: nothing is missing')
  const payment = { ...before, transfers: [...before.transfers, newTransfer(amount, now)] }
  const status = ['IN_PROGRESS', 'PAID_UNCONFIRMED', 'OVERPAID'][new Big(received(payment)).cmp(payment.amount!) + 1]!
  // Paid in time: only confirmations are missing.
  return { ...payment, status, expiresAt: status === 'IN_PROGRESS' ? payment.expiresAt : null }
}

function newTransfer(amount: string, now: number): Transfer {
  const hash = randomBytes(32).toString('hex')
  return { id: hash, hash, amount, state: 'detected', createdAt: now, settledAt: null }
}

function knownCoin(code: string): CoinCode {
  if (!Object.hasOwn(COINS, code)) throw new Refusal(400, `coin must be one of ${Object.keys(COINS).join(', ')}`)
  return code as CoinCode
}

function report(payment: CityPayPayment, action: string): Step<CityPayDetails> {
  return { payment, callbacks: [callback(payment, action)] }
}

function callback(payment: CityPayPayment, action: string): Callback {
  const { id, reference, currency, status, payerKey, details, createdAt } = payment
  const last = payment.transfers.at(-1)
  const display = DISPLAY[status] ?? status
  const payload = {
    type: 'order callback',
    action,
    status: display,
    order_id: Number(id),
    client_order_id: reference,
    transaction_id: last?.hash ?? null,
    received_amount_in_coins: last === undefined ? null : inCoins(last.amount, details.coin),
    received_amount_in_fiat: last === undefined ? null : new Big(last.amount).toFixed(2),
    fiat_currency: currency,
    crypto_currency: details.coin,
    created_at: minuteText(createdAt),
    order_token: payerKey,
    order_expiration: details.minutes,
    exchange_rate: details.coin === null ? null : COINS[details.coin].rate,
  }
  return { event: `${action}: ${display}`, payload }
}

/** A JSON number of up to eight decimals as JavaScript writes it, so that a small amount becomes `4e-7`. */
export function inCoins(amount: string, coin: CoinCode | null): number {
  return coin === null ? 0 : Number(new Big(amount).div(COINS[coin].rate).toFixed(8))
}

/** UTC without seconds and zone, as CityPay writes times. */
export function minuteText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
