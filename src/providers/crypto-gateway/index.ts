/**
 * The crypto payment gateway (merchant processing): transactions, addresses, balances and withdrawals.
 * Source: "Payment Flow Example" and cryptonstudio.github.io/Merchant-Processing-docs (en/api/webhooks,
 * en/guide/transactions, en/guide/withdrawals, en/examples/error-handling). The pages disagree on the names of fields and
 * of the envelope, so every documented alternative is read.
 */
import { hash } from 'node:crypto'
import type { Secret } from '../../crypto/secrets.js'
import { DeliveryError } from '../../errors.js'
import type { EventDraft, EventTransaction } from '../../event.js'
import { readIdentifier, validate } from '../../payload.js'
import { defineProvider } from '../../provider.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import {
  address,
  envelope,
  transaction,
  withdrawal,
  type GatewayAddress,
  type GatewayTransaction,
  type GatewayWithdrawal,
} from './payload.js'
import { gatewaySignature } from './signature.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'

type Family = 'transaction.detected' | 'transaction.confirmed' | 'transaction.failed'
type TransactionDraft = EventDraft<Family | `crypto-gateway.${Family}`, GatewayTransaction>
type WithdrawalName = 'withdrawal.created' | 'withdrawal.completed' | 'withdrawal.status_changed'
type AddressName = 'address.created' | 'address.balance_updated' | 'balance.updated'
type WithdrawalDraft = EventDraft<`crypto-gateway.${WithdrawalName}`, GatewayWithdrawal>
type AddressDraft = EventDraft<`crypto-gateway.${AddressName}`, GatewayAddress>

/**
 * The crypto payment gateway, authenticated by `x-gateway-signature: sha256=<hex>` over the raw body.
 *
 * @param options.secret the webhook secret; several during a rotation
 * @param options.retired replaced secrets: a delivery signed with one is refused, and the explanation for the operator says
 * so
 * @param options.mode `'body'`, or `'timestamped'` if the account signs `x-gateway-timestamp` together with the body. A
 * request never chooses the mode. Default `'body'`.
 * @param options.now the clock of the timestamped mode, in milliseconds. Default `Date.now`.
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { cryptoGateway, memoryStore, paymentWebhook } from 'express-payment-webhooks'
 *
 * app.use('/webhooks/gateway', paymentWebhook(cryptoGateway({ secret: process.env.GATEWAY_SECRET }), {
 *   store: memoryStore(),
 *   on: { 'transaction.confirmed': async (event) => orders.credit(event.paymentId, event.received) },
 * }))
 * ```
 */
export function cryptoGateway(options: {
  readonly secret: Secret
  readonly retired?: Secret
  readonly mode?: 'body' | 'timestamped' | undefined
  readonly now?: (() => number) | undefined
}) {
  rejectUnknown('cryptoGateway', options, ['secret', 'retired', 'mode', 'now'])
  return defineProvider({
    name: 'crypto-gateway',
    types: [
      'transaction.detected',
      'transaction.confirmed',
      'transaction.failed',
      'crypto-gateway.transaction.detected',
      'crypto-gateway.transaction.confirmed',
      'crypto-gateway.transaction.failed',
      'crypto-gateway.withdrawal.created',
      'crypto-gateway.withdrawal.completed',
      'crypto-gateway.withdrawal.status_changed',
      'crypto-gateway.address.created',
      'crypto-gateway.address.balance_updated',
      'crypto-gateway.balance.updated',
    ],
    authentication: gatewaySignature(options),
    answers: { accepted: { contentType: 'application/json', body: '{"success":true}' } },
    schema: envelope,
    toEvent({ event, type, data, timestamp }) {
      const name = event ?? (type?.includes('.') === true ? type : null)
      if (name === null || name.length > 100) throw new DeliveryError('PAYLOAD_INVALID', 'the body names no event')
      if (isFamily(name)) return transactionDraft(name, validate(transaction, data), timestamp)
      if (isWithdrawal(name)) return withdrawalDraft(name, validate(withdrawal, data), timestamp)
      if (isAddress(name)) return addressDraft(name, validate(address, data), timestamp)
      // The shape of its data is unknown, so the time may be all that distinguishes it from another event.
      return { unrecognised: name, native: { event: name, data, timestamp } }
    },
  })
}

export { cryptoGatewayTransactions, type CryptoGatewayTransactionsOptions } from './transactions.js'

function transactionDraft(name: Family, native: GatewayTransaction, sentAt: string | null): TransactionDraft {
  // Outgoing or internal transfers must never reach a handler that credits orders.
  const incoming = native.type === null || native.type.toLowerCase() === 'incoming'
  const type: TransactionDraft['type'] = incoming ? name : `crypto-gateway.${name}`
  const { amount, coin } = native
  return {
    type,
    identity: [type, ...transactionIdentity(native)],
    orderId: orderIdOf(native.metadata),
    paymentId: native.address_id ?? native.address ?? native.to_address,
    transaction: eventTransaction(native),
    received: coin === null ? null : { amount, currency: coin, basis: 'transaction' },
    reason: native.error ?? native.failure_reason,
    occurredAt:
      {
        'transaction.detected': null,
        'transaction.confirmed': native.confirmed_at,
        'transaction.failed': native.failed_at,
      }[name] ??
      sentAt ??
      native.created_at,
    native,
  }
}

/** Only this key is read: the rest of the metadata is the merchant's own, and stays as it came. */
function orderIdOf(metadata: GatewayTransaction['metadata']): string | null {
  return readIdentifier(metadata?.['order_id']) ?? null
}

/** One hash can pay several addresses, so a hash alone does not identify a transaction. */
function transactionIdentity({ id, txId, hash, address_id, address, to_address, coin }: GatewayTransaction): string[] {
  if (id !== null) return [id]
  const chainHash = txId ?? hash
  const target = address ?? to_address ?? address_id
  if (chainHash !== null && target !== null) return [chainHash, target, coin ?? '']
  throw new DeliveryError(
    'PAYLOAD_INVALID',
    'data: neither id, nor txId or hash with an address, so the transaction cannot be told from others',
  )
}

/** At least one of the three is present, because `transactionIdentity` throws otherwise. */
function eventTransaction(native: GatewayTransaction): EventTransaction {
  const { id, txId, hash, network, confirmations, created_at: seenAt } = native
  return { id: (id ?? txId ?? hash)!, hash: hash ?? txId, network, confirmations, seenAt }
}

function withdrawalDraft(name: WithdrawalName, native: GatewayWithdrawal, sentAt: string | null): WithdrawalDraft {
  return {
    type: `crypto-gateway.${name}`,
    identity: [name, native.id, native.status ?? ''],
    paymentId: native.id,
    occurredAt: native.completed_at ?? sentAt ?? native.created_at,
    native,
  }
}

function addressDraft(name: AddressName, native: GatewayAddress, sentAt: string | null): AddressDraft {
  const id = native.id ?? native.address_id ?? native.address
  if (id === null) throw new DeliveryError('PAYLOAD_INVALID', 'data: neither id nor address')
  // The id is the address's own: without the time or the balances, every later change would look like a duplicate.
  const moment = name === 'address.created' ? '' : (native.updated_at ?? digest(native))
  return {
    type: `crypto-gateway.${name}`,
    identity: [name, id, native.coin ?? '', moment],
    paymentId: id,
    occurredAt: native.updated_at ?? sentAt,
    native,
  }
}

function digest(native: GatewayAddress): string {
  return hash('sha256', JSON.stringify(native), 'base64url')
}

function isFamily(name: string): name is Family {
  return name === 'transaction.detected' || name === 'transaction.confirmed' || name === 'transaction.failed'
}

function isWithdrawal(name: string): name is WithdrawalName {
  return name === 'withdrawal.created' || name === 'withdrawal.completed' || name === 'withdrawal.status_changed'
}

function isAddress(name: string): name is AddressName {
  return name === 'address.created' || name === 'address.balance_updated' || name === 'balance.updated'
}
