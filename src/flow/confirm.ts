/** Step 4: a delivery's content is either proven by it or read back from the provider. There is no third way. */
import { DeliveryError } from '../errors.js'
import type { Confirmation, EventDraft, IgnoredDraft, UnrecognisedDraft } from '../event.js'
import type { Awaitable } from '../lib/awaitable.js'
import { isDeliveryError } from '../lib/thrown.js'
import type { Interpretation } from '../provider.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { checkedState, invalidAnswer } from './check-answer.js'
import type { ReceiverState } from './state/receiver.js'

declare const proven: unique symbol

/** What may become an event: its delivery was authentic, or its provider vouched for it. */
export type ProvenDraft = (EventDraft | UnrecognisedDraft | IgnoredDraft) & { readonly [proven]: true }

/**
 * For every interpretation but one whose identity the proof covers: that is claimed first.
 *
 * @throws DeliveryError `AUTH_UNPROVEN`, `EVENT_INVALID`, `READ_BACK_*`, `ORDER_UNKNOWN`, `BUSY`
 */
export function confirm(
  state: ReceiverState,
  delivery: AuthenticatedDelivery,
  interpretation: Interpretation,
): Awaitable<ProvenDraft> {
  if ('confirm' in interpretation) {
    // Anybody could write another one, and have the same payment handled once for each.
    if (interpretation.confirm.known !== null)
      throw invalidAnswer(state.provider, 'readBack() with known, which nothing in this delivery proves')
    return readBack(state, interpretation.confirm)
  }
  // Nothing is stored and no handler runs, so a stranger gains nothing by it.
  if (!delivery.proven && !('ignored' in interpretation)) {
    throw new DeliveryError(
      'AUTH_UNPROVEN',
      `nothing proves who sent this, and ${state.provider.name} offers no way to read it back`,
    )
  }
  return interpretation as ProvenDraft
}

/**
 * The payment's state as the provider tells it from now on.
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
