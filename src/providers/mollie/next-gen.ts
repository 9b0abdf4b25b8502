/** Next-gen events: signed JSON, each with its own id and, in full payloads, with the entity that it is about. */
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { DeliveryError } from '../../errors.js'
import type { EventDraft, UnconfirmedDraft, UnrecognisedDraft } from '../../event.js'
import { nameOfOtherMode } from '../../lib/other-mode.js'
import { validate } from '../../payload.js'
import { defineProvider } from '../../provider.js'
import { readBack } from '../../read-back/read-back.js'
import type { State } from './facts.js'
import { paymentNews } from './payment-news.js'
import { event, payment, type MollieEvent } from './payload.js'
import { isReadable, type ReadPayment } from './read-payment.js'
import { CLASSIC_TYPES, modeOf, PATIENCE_MS, type MollieReading } from './reading.js'
import { returnNews } from './returns.js'

const TYPES = ['payment.pending', ...CLASSIC_TYPES] as const

type NextGenDraft = EventDraft<(typeof TYPES)[number], MollieEvent>

/** @param read reads the payment if the event does not include it; null keeps such events for the operator */
export function nextGen(
  { secret, retired }: { readonly secret: Secret; readonly retired?: Secret | undefined },
  read: ReadPayment | null,
  reading: MollieReading,
) {
  return defineProvider({
    name: 'mollie',
    patienceMs: PATIENCE_MS,
    types: TYPES,
    authentication: signature({
      header: 'x-mollie-signature',
      secret,
      secretOption: 'mollie: secret',
      ...(retired !== undefined && { retired }),
      prefix: 'sha256=',
      // The official libraries accept it without the prefix (mollie-api-php and mollie-api-typescript, SignatureValidator).
      prefixOptional: true,
      // After a rotation there are two headers, one for each secret, and HTTP servers join them (docs: webhooks-new).
      separator: ',',
      repeatable: true,
    }),
    schema: event,
    toEvent: (native): NextGenDraft | UnrecognisedDraft | UnconfirmedDraft<NextGenDraft> => {
      if (!native.type.startsWith('payment.')) return draftOf(native, returnNews(native, reading))
      const entity = native._embedded?.entity ?? null
      if (entity === null) return readDraft(native, read, reading)
      const state = { payment: validate(payment, entity), asOf: native.createdAt }
      return paymentDraft(native, state, reading, 'PAYLOAD_INVALID')
    },
  })
}

/** The event is identified by its own id, so only the delivery that holds the claim reads the payment. */
function readDraft(
  native: MollieEvent,
  read: ReadPayment | null,
  reading: MollieReading,
): UnconfirmedDraft<NextGenDraft> {
  const { id, type, entityId } = native
  if (read === null) {
    const fix = 'choose the full payload, or give apiKey to have it read'
    throw new DeliveryError('PAYLOAD_INVALID', `the event does not include its entity: ${fix}`)
  }
  if (!isReadable(entityId)) throw new DeliveryError('PAYLOAD_INVALID', 'entityId names no payment')
  return readBack({
    key: entityId,
    known: { type: `mollie.${type}`, identity: [id] },
    read: ({ signal }) => read(entityId, signal),
    toEvent(found, { readAt }) {
      if (found === null) {
        const why = 'Mollie finds no such payment for this key: is it of the same account and mode?'
        throw new DeliveryError('READ_BACK_UNAVAILABLE', why)
      }
      const whole = { ...native, _embedded: { ...native._embedded, entity: found } }
      return paymentDraft(whole, { payment: found, asOf: readAt }, reading, 'READ_BACK_BEHIND')
    },
  })
}

function paymentDraft(
  native: MollieEvent,
  state: State,
  reading: MollieReading,
  contradiction: 'READ_BACK_BEHIND' | 'PAYLOAD_INVALID',
): NextGenDraft | UnrecognisedDraft {
  const mode = modeOf(state.payment)
  return draftOf(native, mode === reading.mode ? paymentNews(native, state, reading, contradiction) : mode)
}

/** @param news the news, or the payment's mode if it is the other one; null for an unknown name */
function draftOf(
  native: MollieEvent,
  news: Omit<NextGenDraft, 'identity' | 'native'> | 'live' | 'test' | null,
): NextGenDraft | UnrecognisedDraft {
  const { id, type } = native
  if (news !== null && typeof news === 'object') return { identity: [id], native, ...news }
  return { unrecognised: news === null ? type : nameOfOtherMode('mollie', news, type), identity: [id], native }
}
