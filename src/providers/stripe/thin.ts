/** Thin events: their snapshot is read back, and is the event. */
import type { UnconfirmedDraft } from '../../event.js'
import { DeliveryError } from '../../errors.js'
import { readBack } from '../../read-back/read-back.js'
import { readJson } from '../../read-back/read-json.js'
import { interpretSnapshot, type StripeDraft, type StripeReading } from './interpret.js'
import { snapshot, type ThinEvent } from './payload.js'

interface Api {
  readonly apiKey: string | undefined
  readonly apiUrl: string
}

/**
 * A thin event and its snapshot are one event, identified by the snapshot's id.
 *
 * @throws DeliveryError `PAYLOAD_INVALID` if nothing can be read back: the delivery is then kept for the operator
 */
export function readThin(
  { type, snapshot_event: id }: ThinEvent,
  { apiKey, apiUrl }: Api,
  reading: StripeReading,
): UnconfirmedDraft<Exclude<StripeDraft, { readonly unrecognised: string }>> {
  if (apiKey === undefined || id === null) {
    const fix = 'have the endpoint send snapshot events, or give apiKey to have thin ones read back'
    throw new DeliveryError('PAYLOAD_INVALID', `this is a thin event without amounts: ${fix}`)
  }
  return readBack({
    key: id,
    known: { type: `stripe.${type.replace(/^v1\./, '')}`, identity: [id] },
    read: ({ signal }) =>
      readJson(`${apiUrl}/v1/events/${encodeURIComponent(id)}`, {
        schema: snapshot,
        headers: { authorization: `Bearer ${apiKey}` },
        signal,
      }),
    toEvent: (event) => interpretSnapshot(event, reading),
  })
}
