/** Which webhook of Xendit is about what. The token proves its sender and not its body, so that it only names what is read. */
import { DeliveryError } from '../../errors.js'
import type { UnconfirmedDraft, UnrecognisedDraft } from '../../event.js'
import { validate } from '../../payload.js'
import { readBack } from '../../read-back/read-back.js'
import type { XenditNative, XenditWebhook } from './payload.js'
import type { Read } from './read.js'
import { INVOICES, PAYMENT_REQUESTS, PAYMENTS, PAYMENTS_V2, REFUNDS, type Draft, type Resource } from './resources.js'

/** Say that money has come or gone: what is read has to know of it. A failed attempt may leave its request open. */
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
  if (id === null || !READABLE.test(id)) throw new DeliveryError('PAYLOAD_INVALID', `${name} names nothing to be read`)
  return readBack({
    key: `${resource.path}${id}`,
    read: ({ signal }) => read(resource, id, signal),
    toEvent: (found: XenditNative, { readAt }) => {
      const draft = draftOf(resource, found)
      if (draft.type.endsWith('.pending') && MOVED.test(name)) {
        throw new DeliveryError('READ_BACK_BEHIND', `${name} was sent, and what is read is still pending`)
      }
      return draft.received ? { ...draft, received: { ...draft.received, asOf: readAt } } : draft
    },
  })
}

/** It becomes part of an address that is asked with the API key, so nothing else is let through. */
const READABLE = /^[A-Za-z0-9_-]{1,100}$/

interface About {
  readonly resource: Resource
  /** What the webhook says about it, which proves nothing. */
  readonly said: unknown
  readonly id: string | null
  /** What happened to it, as the webhook says. */
  readonly name: string
}

function resourceOf(webhook: XenditWebhook): About | null {
  if (webhook.event === undefined) {
    const { status, id } = webhook
    // Payouts and old virtual accounts are sent as they are, too.
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
  // A resource reads what it asked for; a table of several kinds cannot say so.
  return { ...resource.factsOf(found as never), native: found }
}
