/** Maps BTCPay Server's events to ours. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft, IgnoredDraft, UnconfirmedDraft, UnrecognisedDraft } from '../../event.js'
import { readIdentifier } from '../../payload.js'
import { readBack } from '../../read-back/read-back.js'
import type { BtcPayServerInvoice, ReadInvoice } from './invoice.js'
import { priceOf, pricedOf, totalOf } from './money.js'
import type { BtcPayServerEvent } from './payload.js'
import { transferOf, type Transfer } from './transfer.js'

export const TYPES = [
  'payment.pending',
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'transaction.detected',
  'transaction.confirmed',
  'btcpay-server.InvoiceRefund',
] as const

type Type = (typeof TYPES)[number]

type Draft = EventDraft<Type, BtcPayServerEvent>

/** The options that decide how events are read. */
export interface BtcPayServerReading {
  /** The key of the metadata that holds the order's name. */
  readonly orderKey: string
  readonly mergeRegistrations: boolean
  /** Null if the shop has no access to the API. */
  readonly read: ReadInvoice | null
}

const INVOICE: Readonly<Record<string, Type>> = {
  InvoiceCreated: 'payment.pending',
  InvoiceReceivedPayment: 'transaction.detected',
  InvoicePaymentSettled: 'transaction.confirmed',
  InvoiceProcessing: 'payment.detected',
  InvoiceSettled: 'payment.confirmed',
  InvoiceExpired: 'payment.expired',
  InvoiceExpiredPaidPartial: 'payment.partially_paid',
  // The invoice's status stays expired, and no event reports that it is settled.
  InvoicePaidAfterExpiration: 'payment.detected',
  InvoiceInvalid: 'payment.failed',
  // The server made a link for claiming money. No money has moved.
  InvoiceRefund: 'btcpay-server.InvoiceRefund',
}

/** Ids that the test button of older servers makes (code: WebhookSender, before version 2.3). */
const TEST = /^__test__/

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function interpret(
  native: BtcPayServerEvent,
  reading: BtcPayServerReading,
): Draft | UnrecognisedDraft | IgnoredDraft | UnconfirmedDraft<Draft> {
  const { type: name, invoiceId, storeId } = native
  const delivery = native.originalDeliveryId ?? native.orignalDeliveryId ?? native.deliveryId
  if (delivery === null) throw new DeliveryError('PAYLOAD_INVALID', 'the body names no delivery')
  if (TEST.test(delivery) || TEST.test(invoiceId ?? '')) return { ignored: 'a test of the address' }
  const type = typeOf(native)
  if (type === undefined) return { unrecognised: name, identity: [delivery], native }
  if (invoiceId === null) throw new DeliveryError('PAYLOAD_INVALID', `${name} names no invoice`)
  const transfer = type.startsWith('transaction.') ? transferOf(native) : null
  const known = {
    type,
    identity: identityOf(native, transfer, (reading.mergeRegistrations ? native.timestamp : null) ?? delivery),
    orderId: orderOf(native.metadata, reading.orderKey),
    paymentId: invoiceId,
  }
  const said = {
    ...known,
    ...transfer,
    reason: native.manuallyMarked ? 'marked by hand' : null,
    occurredAt: native.timestamp,
    native,
  }
  const { read } = reading
  if (read === null || !saysMoney(native)) return said
  return readBack({
    key: invoiceId,
    known,
    read: ({ signal }) => read({ invoiceId, storeId }, transfer !== null, signal),
    toEvent: (invoice: BtcPayServerInvoice, { readAt }) => {
      checkProgress(name, invoice)
      const received = transfer === null ? totalOf(invoice, readAt) : pricedOf(invoice, transfer.transaction.id)
      return { ...said, expected: priceOf(invoice), received, reason: said.reason ?? statusOf(invoice) }
    },
  })
}

function typeOf({ type, manuallyMarked }: BtcPayServerEvent): Type | undefined {
  if (!Object.hasOwn(INVOICE, type)) return undefined
  return type === 'InvoiceInvalid' && manuallyMarked ? 'payment.canceled' : INVOICE[type]
}

/** False for events to which the API adds nothing: their invoice is not read. */
function saysMoney({ type, partiallyPaid }: BtcPayServerEvent): boolean {
  if (type === 'InvoiceExpired') return partiallyPaid
  return type !== 'InvoiceCreated' && type !== 'InvoiceInvalid' && type !== 'InvoiceRefund'
}

/** A transfer is identified by its own id: servers have announced one many times (issue 4978), and a repeat is no news. */
function identityOf({ type, invoiceId }: BtcPayServerEvent, transfer: Transfer | null, rest: string): string[] {
  return transfer === null ? [type, invoiceId!, rest] : [type, invoiceId!, transfer.transaction.id]
}

function orderOf(metadata: unknown, key: string): string | null {
  if (typeof metadata !== 'object' || metadata === null || !Object.hasOwn(metadata, key)) return null
  return readIdentifier((metadata as Readonly<Record<string, unknown>>)[key]) ?? null
}

/** For people: paid late, in part, or over. */
function statusOf({ additionalStatus }: BtcPayServerInvoice): string | null {
  return additionalStatus === 'None' ? null : additionalStatus
}

/** Older servers answered the invoice in its state before the event (issue 5049). */
function checkProgress(name: string, { status }: BtcPayServerInvoice): void {
  if (name === 'InvoiceSettled' && (status === 'New' || status === 'Processing')) {
    throw new DeliveryError('READ_BACK_BEHIND', `the invoice is settled, and still reads ${status}`)
  }
}
