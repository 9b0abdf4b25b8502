/** Classic callbacks: a form with an id, which proves nothing. The event comes from the payment that is read. */
import { z } from 'zod'
import type { HeaderAuthentication } from '../../authentication.js'
import { DeliveryError } from '../../errors.js'
import type { EventDraft, IgnoredDraft, UnrecognisedDraft } from '../../event.js'
import { formBody } from '../../formats/form.js'
import { nameOfOtherMode } from '../../lib/other-mode.js'
import { defineProvider, type Provider } from '../../provider.js'
import { readBack } from '../../read-back/read-back.js'
import { authorizedFacts, endedFacts, isEnding, type State } from './facts.js'
import { identityOf, paidNews } from './paid.js'
import type { MolliePayment } from './payload.js'
import { isReadable, type ReadPayment } from './read-payment.js'
import { CLASSIC_TYPES, modeOf, PATIENCE_MS, type MollieReading } from './reading.js'

const form = z.looseObject({ id: z.unknown().optional(), testByMollie: z.unknown().optional() })

const UNPROVEN: HeaderAuthentication = { verify: () => false, sign: () => ({}) }

/** True for a provider that `classic` made, and for a copy of it with its own account. */
export function isClassic({ authentication }: Pick<Provider, 'authentication'>): boolean {
  return authentication === UNPROVEN
}

type ClassicDraft = EventDraft<(typeof CLASSIC_TYPES)[number], MolliePayment> | UnrecognisedDraft | IgnoredDraft

export function classic(read: ReadPayment, reading: MollieReading) {
  return defineProvider({
    name: 'mollie',
    patienceMs: PATIENCE_MS,
    types: CLASSIC_TYPES,
    authentication: UNPROVEN,
    format: formBody(),
    schema: form,
    toEvent({ id, testByMollie }) {
      if (id === undefined && testByMollie !== undefined) return { ignored: 'a test of the address by the dashboard' }
      if (!isReadable(id)) {
        throw new DeliveryError('PAYLOAD_INVALID', 'the body names no payment: id must be tr_ and letters or digits')
      }
      return readBack({
        key: id,
        read: ({ signal }) => read(id, signal),
        toEvent: (payment, { readAt }) => draftOf(payment, readAt, reading),
      })
    },
  })
}

function draftOf(payment: MolliePayment | null, asOf: string, reading: MollieReading): ClassicDraft {
  // The id is forged, or of the other mode or another account. A refusal would show strangers which ids exist (docs: webhooks).
  if (payment === null) return { ignored: 'Mollie finds no such payment for this key' }
  const { status } = payment
  const mode = modeOf(payment)
  if (mode !== reading.mode) return unrecognised(payment, nameOfOtherMode('mollie', mode, `payment.${status}`))
  const state: State = { payment, asOf }
  const about = { identity: identityOf(payment), native: payment }
  if (status === 'paid') return { ...about, ...paidNews(state, reading) }
  if (status === 'authorized') return { ...about, ...authorizedFacts(state, reading) }
  if (isEnding(status)) return { ...about, ...endedFacts(status, state, reading) }
  // Mollie never calls for these two (docs: status-changes), so the change cannot be read yet.
  if (status === 'open' || status === 'pending') {
    throw new DeliveryError('READ_BACK_BEHIND', `Mollie called about a payment that still reads ${status}`)
  }
  return unrecognised(payment, `payment.${status}`)
}

function unrecognised(payment: MolliePayment, name: string): UnrecognisedDraft {
  return { unrecognised: name, identity: identityOf(payment), native: payment }
}
