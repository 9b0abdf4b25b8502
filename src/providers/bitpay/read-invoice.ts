/** Reads an invoice from BitPay, for accounts whose notifications are not signed. */
import { z } from 'zod'
import { checkSecrets, type Secret } from '../../crypto/secrets.js'
import { DeliveryError } from '../../errors.js'
import type { UnconfirmedDraft, UnrecognisedDraft } from '../../event.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { own } from '../../lib/own.js'
import { freeText } from '../../payload.js'
import { readBack as confirmed } from '../../read-back/read-back.js'
import { readJson } from '../../read-back/read-json.js'
import { shopRead } from '../../read-back/shop-read.js'
import { invoiceDraft, REFUND_COMPLETE, refundedDraft, type BitPayDraft, type Naming } from './interpret.js'
import { invoice, type BitPayEventName, type BitPayInvoice } from './payload.js'

/** Resolves to an invoice as BitPay's API answers it: parsed, or as bytes or text. Must stop when `signal` aborts. */
export type BitPayReadBack = (id: string, context: { readonly signal: AbortSignal }) => Promise<unknown>

export type ReadInvoice = (id: string, signal: AbortSignal) => Promise<BitPayInvoice>

interface Source {
  readonly token?: Secret
  readonly mode?: 'live' | 'test' | undefined
  readonly readBack?: BitPayReadBack | undefined
}

const ROOTS = { live: 'https://bitpay.com', test: 'https://test.bitpay.com' }

/** An invoice id becomes part of a URL, so no other characters are accepted. */
const ID = /^[\w-]{1,100}$/

const answer = z.looseObject({ facade: freeText, data: invoice })

/** The shop's client may answer only the invoice, as BitPay's own packages do. */
const answerOrInvoice = z.union([answer, invoice.transform((data) => ({ facade: 'merchant/invoice', data }))])

/**
 * Anyone can read any invoice in public, even another merchant's invoice that names the shop's order. Only these facades
 * show that the invoice is the shop's own.
 */
const OWN: readonly string[] = ['pos/invoice', 'merchant/invoice']

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function invoiceReader({ token, mode = 'live', readBack }: Source): ReadInvoice {
  if (!Object.hasOwn(ROOTS, mode)) invalidOption('bitPay', "mode must be 'live' or 'test'")
  if (readBack !== undefined) {
    if (token !== undefined) invalidOption('bitPay', 'give token or readBack, and not both')
    if (typeof readBack !== 'function') invalidOption('bitPay', 'readBack must be a function')
    return async (id, signal) => asked(await shopRead('BitPay', answerOrInvoice, () => readBack(id, { signal })), id)
  }
  const [key = '', ...more] = checkSecrets('bitPay: token', token)
  if (more.length > 0) invalidOption('bitPay', 'invoices are read with one token: give the newest alone')
  const query = `?token=${encodeURIComponent(key)}`
  const headers = { 'x-accept-version': '2.0.0' }
  return async (id, signal) =>
    asked(await readJson(`${ROOTS[mode]}/invoices/${id}${query}`, { schema: answer, headers, signal }), id)
}

function asked(found: z.output<typeof answer> | null, id: string): BitPayInvoice {
  if (found === null) throw new DeliveryError('READ_BACK_UNAVAILABLE', 'readBack() answered no invoice')
  const { facade, data } = found
  if (!OWN.includes(facade ?? '')) {
    throw new DeliveryError(
      'READ_BACK_MISMATCH',
      'the invoice was not read as one of this shop: was it made with its token?',
    )
  }
  if (data.id === id) return data
  throw new DeliveryError('READ_BACK_MISMATCH', 'BitPay answered another invoice than the one requested')
}

/**
 * The draft of an unsigned notification, from the invoice that is read. The notification itself only says what to read.
 *
 * @throws DeliveryError `PAYLOAD_INVALID`
 */
export function unsignedDraft(
  content: Readonly<Record<string, unknown>>,
  event: BitPayEventName | null,
  { read, naming }: { readonly read: ReadInvoice; readonly naming: Naming },
): UnconfirmedDraft<BitPayDraft> {
  const isRefund = content['invoice'] != null
  const id = isRefund ? content['invoice'] : content['id']
  if (typeof id !== 'string' || !ID.test(id)) throw new DeliveryError('PAYLOAD_INVALID', 'the body names no invoice')
  const isReturned = event?.name === REFUND_COMPLETE || (isRefund && content['status'] === 'success')
  return confirmed({
    key: id,
    read: ({ signal }) => read(id, signal),
    toEvent(found: BitPayInvoice, { readAt }): BitPayDraft | UnrecognisedDraft {
      if (isReturned) return returned(found, naming)
      if (!isRefund) checkProgress(found, content['status'])
      return invoiceDraft(found, naming, readAt)
    },
  })
}

function returned(found: BitPayInvoice, naming: Naming): BitPayDraft {
  if (found.refundInfo?.length) return refundedDraft(found, naming)
  throw new DeliveryError('READ_BACK_BEHIND', 'BitPay reported a refund, but the invoice has none')
}

const CLAIMED: Readonly<Record<string, number>> = {
  paid: 1,
  expired: 1,
  invalid: 1,
  declined: 1,
  confirmed: 2,
  complete: 3,
}

const ACTUAL: Readonly<Record<string, number>> = { new: 0, paid: 1, confirmed: 2 }

/** An invoice that is further than its notification is accepted. */
function checkProgress({ status }: BitPayInvoice, said: unknown): void {
  const claimed = own(CLAIMED, String(said)) ?? 0
  if (claimed <= (own(ACTUAL, status) ?? Number.POSITIVE_INFINITY)) return
  throw new DeliveryError('READ_BACK_BEHIND', `BitPay reported a change, but the invoice is still ${status}`)
}
