/**
 * Finds the resource that a webhook of Xendit is about. The token proves the sender but not the body, so the body only
 * names the resource to read.
 */
import { DeliveryError } from '../../errors.js'
import type { UnconfirmedDraft, UnrecognisedDraft } from '../../event.js'
import { validate } from '../../payload.js'
import { readBack } from '../../read-back/read-back.js'
import type { XenditNative, XenditWebhook } from './payload.js'
import type { Read } from './read.js'
import { INVOICES, PAYMENT_REQUESTS, PAYMENTS, PAYMENTS_V2, REFUNDS, type Draft, type Resource } from './resources.js'

/**
 * Names that report money that came or went: the resource that is read must show it. A failed attempt may leave its request
 * open.
 */
const MOVED = /^(?:PAID|SETTLED|payment\.(?:capture|succeeded|authorization|awaiting_capture)|refund\..*)$/

const INVOICE_STATUSES = ['PENDING', 'PAID', 'SETTLED', 'EXPIRED']
const V2 = ['payment.succeeded', 'payment.failed', 'payment.pending', 'payment.awaiting_capture']
const V3 = ['payment.capture', 'payment.authorization', 'payment.failure', 'payment.expiry']

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function interpret(
  webhook: XenditWebhook,
  read: Read | null,
): Draft | UnrecognisedDraft | UnconfirmedDraft<Draft> {
  const about = resourceOf(webhook)
  if (about === null) return { unrecognised: webhook.event ?? 'callback', native: webhook }
  const { resource, said, name } = about
  if (read === null) return draftOf(resource, validate(resource.schema, said))
  const { id } = about
  if (id === null || !READABLE.test(id)) throw new DeliveryError('PAYLOAD_INVALID', `${name} has no id to read`)
  return readBack({
    key: `${resource.path}${id}`,
    read: ({ signal }) => read(resource, id, signal),
    toEvent: (found: XenditNative, { readAt }) => {
      const draft = draftOf(resource, found)
      if (draft.type.endsWith('.pending') && MOVED.test(name)) {
        throw new DeliveryError('READ_BACK_BEHIND', `Xendit sent ${name}, but the resource is still pending`)
      }
      return draft.received ? { ...draft, received: { ...draft.received, asOf: readAt } } : draft
    },
  })
}

/** Becomes part of a URL that is requested with the API key, so no other characters are accepted. */
const READABLE = /^[A-Za-z0-9_-]{1,100}$/

interface About {
  readonly resource: Resource
  /** The webhook's own data about the resource, which prove nothing. */
  readonly said: unknown
  readonly id: string | null
  /** The webhook's name for the change. */
  readonly name: string
}

function resourceOf(webhook: XenditWebhook): About | null {
  if (webhook.event === undefined) {
    const { status, id } = webhook
    // Payouts and old virtual accounts also come without an event name.
    const isInvoice = status !== null && INVOICE_STATUSES.includes(status)
    return isInvoice ? { resource: INVOICES, said: webhook, id, name: status } : null
  }
  const { event: name, data } = webhook
  const { id, payment_id: paymentId, payment_request_id: requestId } = data
  if (name === 'refund.succeeded' || name === 'refund.failed') return { resource: REFUNDS, said: data, id, name }
  if (name === 'payment_request.expiry') return { resource: PAYMENT_REQUESTS, said: data, id: requestId ?? id, name }
  if (V3.includes(name) || (V2.includes(name) && paymentId !== null)) {
    return { resource: PAYMENTS, said: data, id: paymentId, name }
  }
  return V2.includes(name) ? { resource: PAYMENTS_V2, said: data, id: requestId, name } : null
}

function draftOf(resource: Resource, found: XenditNative): Draft {
  // Each resource takes the output of its own schema; a table of several kinds cannot express that.
  return { ...resource.factsOf(found as never), native: found }
}
