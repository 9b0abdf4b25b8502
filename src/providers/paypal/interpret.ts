/** Decides from a delivery, whose body proves nothing, what to read, and makes the event from the answer. */
import type { AcceptedOnce } from '../../crypto/accepted-once.js'
import { DeliveryError } from '../../errors.js'
import type { UnconfirmedDraft, UnrecognisedDraft } from '../../event.js'
import { readIdentifier } from '../../payload.js'
import type { PayloadContext } from '../../provider.js'
import { readBack } from '../../read-back/read-back.js'
import type { ReadPayPal } from './api.js'
import { captureDraft, refundDraft, unrecognised, type OrderFrom, type PayPalDraft } from './drafts.js'
import { capture, event, refund, type PayPalCapture, type PayPalEvent, type PayPalRefund } from './payload.js'
import { TRANSMISSION_ID } from './proof.js'

type Confirmed = PayPalDraft | UnrecognisedDraft

export interface PayPalReading {
  readonly orderFrom: OrderFrom
  readonly read: ReadPayPal
  /** The content with which each transmission was accepted. */
  readonly accepted: AcceptedOnce
}

/** A request to the API, and the mapping of its answer to a draft. */
interface Question {
  readonly path: string
  readonly ask: (signal: AbortSignal) => Promise<unknown>
  readonly toDraft: (answer: never, asOf: string) => Confirmed
}

/** An event that was read, and the function that maps it. */
interface EventRead {
  readonly found: PayPalEvent
  readonly eventDraft: (native: PayPalEvent, orderFrom: OrderFrom) => Confirmed
}

/** Becomes part of a URL that is requested with the app's token, so no other characters are accepted. */
const ID = /^[A-Za-z0-9-]{1,64}$/

/** @throws DeliveryError `PAYLOAD_INVALID`, `AUTH_MISMATCH` */
export function interpret(
  native: PayPalEvent,
  { headers }: Pick<PayloadContext, 'headers'>,
  reading: PayPalReading,
): UnconfirmedDraft<PayPalDraft> {
  const transmission = headers[TRANSMISSION_ID] ?? ''
  const content = JSON.stringify(native)
  // A forged body under headers that were already accepted needs no read.
  reading.accepted.check(transmission, content)
  const { path, ask, toDraft } = questionOf(native, reading)
  return readBack({
    key: path,
    read: async ({ signal }) => {
      const answer = await ask(signal)
      if (answer !== null) return answer
      // An event may arrive before it can be read. PayPal's staff advise to answer 503 then (PayPal-node-SDK#125).
      throw new DeliveryError(
        'READ_BACK_BEHIND',
        'PayPal does not have the resource that the delivery names, or not yet',
      )
    },
    toEvent(answer, { readAt }): Confirmed {
      // Each `ask` answers the type that its own `toDraft` takes; a table of several kinds cannot express that.
      const draft = toDraft(answer as never, readAt)
      reading.accepted.accept(transmission, content)
      return draft
    },
  })
}

function questionOf(native: PayPalEvent, { read, orderFrom }: PayPalReading): Question {
  const { event_type: name, id } = native
  if (/^PAYMENT\.(?:CAPTURE\.REFUNDED|REFUND\.[A-Z]+)$/.test(name)) {
    const path = pathOf('/v2/payments/refunds/', resourceId(native))
    return {
      path,
      ask: async (signal) => asked(await read(path, refund, signal), path),
      toDraft: (found: PayPalRefund) => refundDraft(found, orderFrom) ?? ofUnknownStatus(native, found),
    }
  }
  if (/^PAYMENT\.CAPTURE\.(?!REVERSED$)/.test(name)) {
    const path = pathOf('/v2/payments/captures/', resourceId(native))
    return {
      path,
      ask: async (signal) => asked(await read(path, capture, signal), path),
      toDraft(found: PayPalCapture, asOf) {
        if (found.status === 'PENDING' && name !== 'PAYMENT.CAPTURE.PENDING') {
          throw new DeliveryError('READ_BACK_BEHIND', `PayPal announced ${name}, and the capture still reads PENDING`)
        }
        return captureDraft(found, orderFrom, asOf) ?? ofUnknownStatus(native, found)
      },
    }
  }
  const path = pathOf('/v1/notifications/webhooks-events/', id)
  return {
    path,
    ask: async (signal) => {
      const found = asked(await read(path, event, signal), path)
      // Loaded on demand: only shops that subscribe to more than captures and refunds need it.
      return found && { found, ...(await import('./event-drafts.js')) }
    },
    toDraft: ({ found, eventDraft }: EventRead) => eventDraft(found, orderFrom),
  }
}

/** Identified by the resource that was read, as everything else. */
function ofUnknownStatus(native: PayPalEvent, found: PayPalCapture | PayPalRefund): UnrecognisedDraft {
  const name = `${native.event_type}.${found.status}`
  return { ...unrecognised({ ...native, event_type: name }), identity: [found.id, found.status], native: found }
}

function resourceId({ resource }: PayPalEvent): unknown {
  return typeof resource === 'object' && resource !== null && 'id' in resource ? resource.id : undefined
}

function pathOf(folder: string, id: unknown): string {
  const found = readIdentifier(id) ?? ''
  if (ID.test(found)) return folder + found
  throw new DeliveryError('PAYLOAD_INVALID', 'the body has no id that PayPal could have given')
}

function asked<Found extends { readonly id: string }>(found: Found | null, path: string): Found | null {
  if (found === null || path.endsWith(`/${found.id}`)) return found
  throw new DeliveryError('READ_BACK_MISMATCH', 'PayPal answered another resource than the one requested')
}
