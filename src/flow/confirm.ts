/** Step 4: the content of a delivery is either proven by the delivery or read back from the provider. There is no third way. */
import { DeliveryError } from '../errors.js'
import type { Confirmation, EventDraft, IgnoredDraft, UnrecognisedDraft } from '../event.js'
import type { Awaitable } from '../lib/awaitable.js'
import { isDeliveryError } from '../lib/thrown.js'
import type { Interpretation } from '../provider.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { checkedState, invalidAnswer } from './check-answer.js'
import type { ReceiverState } from './state/receiver.js'

declare const proven: unique symbol

/** A draft that may become an event: its delivery was authentic, or the provider confirmed it. */
export type ProvenDraft = (EventDraft | UnrecognisedDraft | IgnoredDraft) & { readonly [proven]: true }

/**
 * Confirms every interpretation except an identity that the proof covers: such an event is claimed first.
 *
 * @throws DeliveryError `AUTH_UNPROVEN`, `EVENT_INVALID`, `READ_BACK_*`, `ORDER_UNKNOWN`, `BUSY`
 */
export function confirm(
  state: ReceiverState,
  delivery: AuthenticatedDelivery,
  interpretation: Interpretation,
): Awaitable<ProvenDraft> {
  if ('confirm' in interpretation) {
    // Without a proof, anyone could send new identities, and the payment would be handled once for each.
    if (interpretation.confirm.known !== null)
      throw invalidAnswer(state.provider, 'readBack() with `known`, but nothing in this delivery proves it')
    return readBack(state, interpretation.confirm)
  }
  // An ignored delivery stores nothing and runs no handler, so a forger gains nothing.
  if (!delivery.proven && !('ignored' in interpretation)) {
    throw new DeliveryError(
      'AUTH_UNPROVEN',
      `nothing proves who sent this, and ${state.provider.name} offers no way to read it back`,
    )
  }
  return interpretation as ProvenDraft
}

/**
 * Reads the payment's current state from the provider.
 *
 * @throws DeliveryError `READ_BACK_*`, `ORDER_UNKNOWN`, `BUSY`, `EVENT_INVALID`
 */
export async function readBack(state: ReceiverState, { read, toEvent }: Confirmation): Promise<ProvenDraft> {
  try {
    const found = await read(state, state.options.timeoutMs)
    return checkedState(state.provider, toEvent(found.state, { readAt: found.readAt })) as ProvenDraft
  } catch (cause) {
    if (isDeliveryError(cause)) throw cause
    throw new DeliveryError('READ_BACK_UNAVAILABLE', 'the event could not be confirmed with the provider', { cause })
  }
}
