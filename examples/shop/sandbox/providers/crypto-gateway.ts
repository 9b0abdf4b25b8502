/**
 * The crypto payment gateway: addresses that receive transactions.
 *
 * Source: "Payment Flow Example" and cryptonstudio.github.io/Merchant-Processing-docs (api/webhooks,
 * guide/addresses, guide/transactions). It has no payment page and does not know the amount owed. This page shows the payer the
 * address's metadata, which the merchant wrote and which every transaction repeats.
 */
import { randomBytes } from 'node:crypto'
import { missing, settleTransfers, type Payment, type Transfer } from '../payment.js'
import { Refusal } from '../refusal.js'
import { hmacHex } from '../signature.js'
import { changeAt, twice } from './change-at.js'
import { withQuery, type Action, type Callback, type RetryPolicy, type SandboxProvider, type Step } from './provider.js'

export interface GatewayDetails {
  readonly address: string
  readonly network: string
  readonly coin: string
  readonly metadata: Readonly<Record<string, string>>
}

/** "At most 5 attempts", 1 s, 2 s, 4 s and 8 s apart; only a 200 is success (api/webhooks). */
const RETRY: RetryPolicy = { pauses: [1, 2, 4, 8], isDelivered: (status) => status === 200, timeoutMs: 30_000 }

/** From guide/transactions. A network that is not listed gets the lowest of them. */
const CONFIRMATIONS: Readonly<Record<string, number>> = {
  bitcoin: 6,
  litecoin: 6,
  arbitrum: 10,
  ethereum: 12,
  fantom: 12,
  bsc: 15,
  tron: 19,
  polygon: 20,
}

/** The same address exists on every chain of this kind, so coins that are sent there arrive. */
const OTHER_NETWORK = 'bsc'

export function openAddress(options: {
  readonly network: string
  readonly coin: string
  readonly metadata: Readonly<Record<string, string>>
  readonly amount: string | null
  readonly now: number
}): Payment<GatewayDetails> {
  const { network, coin, metadata, amount, now } = options
  const address = `0x${randomBytes(20).toString('hex')}`
  return {
    provider: 'crypto-gateway',
    id: `addr_${randomBytes(8).toString('hex')}`,
    reference: metadata['order_id'] ?? '',
    payerKey: address,
    amount,
    currency: coin.toUpperCase(),
    status: 'active',
    transfers: [],
    createdAt: now,
    updatedAt: now,
    // An address accepts money at any time, however late.
    expiresAt: null,
    details: { address, network, coin, metadata },
  }
}

export const cryptoGateway: SandboxProvider<GatewayDetails> = {
  name: 'crypto-gateway',
  title: 'Crypto payment gateway',
  retry: RETRY,
  takesMore: true,

  actions({ transfers }): readonly Action[] {
    return transfers.some(({ state }) => state === 'detected')
      ? ['pay', 'pay-elsewhere', 'confirm', 'fail']
      : ['pay', 'pay-elsewhere']
  },

  act(before, { action, amount, now }) {
    if (action === 'pay') return pay(before, amount ?? missing(before), now)
    if (action === 'pay-elsewhere') return pay(before, amount ?? missing(before), now, OTHER_NETWORK)
    const [to, name] =
      action === 'confirm'
        ? (['confirmed', 'transaction.confirmed'] as const)
        : (['failed', 'transaction.failed'] as const)
    const transfers = settleTransfers(before.transfers, 'detected', to, now)
    const payment = { ...before, transfers, updatedAt: now }
    const settled = transfers.filter((_, index) => before.transfers[index]!.state === 'detected')
    return { payment, callbacks: settled.map((transfer) => callback(name, payment, transfer, now)) }
  },

  paidInFull(payment, now) {
    const transfer: Transfer = { ...newTransfer(payment.amount ?? '100', now), state: 'confirmed', settledAt: now }
    const details = { ...payment.details, coin: payment.currency.toLowerCase() }
    return callback('transaction.confirmed', { ...payment, details }, transfer, now)
  },
  otherCurrency: 'USDC',
  otherContent: (payload) => changeAt(payload, ['data', 'amount'], twice),

  sign: ({ cryptoGateway: { secret } }, body) => ({ 'x-gateway-signature': `sha256=${hmacHex(secret, body)}` }),

  payerPath: ({ payerKey }) => `/crypto-gateway/wallet/${payerKey}`,

  returnUrl: ({ payerKey }, configured) => withQuery(configured, { address: payerKey }),
}

function pay(
  before: Payment<GatewayDetails>,
  amount: string | null,
  now: number,
  network?: string,
): Step<GatewayDetails> {
  if (amount === null || amount === '0') throw new Refusal(400, 'say how much: nothing is missing')
  const transfer = { ...newTransfer(amount, now), ...(network !== undefined && { network }) }
  const payment = { ...before, transfers: [...before.transfers, transfer], updatedAt: now }
  return { payment, callbacks: [callback('transaction.detected', payment, transfer, now)] }
}

function newTransfer(amount: string, now: number): Transfer {
  return {
    id: `tx_${randomBytes(8).toString('hex')}`,
    hash: `0x${randomBytes(32).toString('hex')}`,
    amount,
    state: 'detected',
    createdAt: now,
    settledAt: null,
  }
}

function callback(event: string, payment: Payment<GatewayDetails>, transfer: Transfer, now: number): Callback {
  return { event, payload: { event, data: transactionJson(payment, transfer), timestamp: instant(now) } }
}

/** The form of webhooks. Answers to the merchant's calls have the same fields. */
export function transactionJson(payment: Payment<GatewayDetails>, transfer: Transfer) {
  const { id, details } = payment
  const { state, createdAt, settledAt } = transfer
  const settled = settledAt === null ? null : instant(settledAt)
  return {
    id: transfer.id,
    address_id: id,
    address: details.address,
    to_address: details.address,
    hash: transfer.hash,
    amount: transfer.amount,
    coin: details.coin,
    network: transfer.network ?? details.network,
    type: 'incoming',
    created_at: instant(createdAt),
    metadata: details.metadata,
    ...(state === 'detected' && { status: 'pending', confirmations: 0 }),
    ...(state === 'confirmed' && {
      status: 'confirmed',
      confirmations: CONFIRMATIONS[details.network] ?? 6,
      confirmed_at: settled,
    }),
    ...(state === 'failed' && { status: 'failed', failed_at: settled, error: 'Dropped from the network' }),
  }
}

/** ISO 8601 in whole seconds. */
export function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
