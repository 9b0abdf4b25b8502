/** Step 4: a delivery's content is either proven by it or read back from the provider. There is no third way. */
import { DeliveryError } from '../errors.js'
import type { Confirmation, EventDraft, IgnoredDraft, UnrecognisedDraft } from '../event.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { isDeliveryError } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'
import type { Interpretation, Provider } from '../provider.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { checkedState } from './check-answer.js'
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
    if (interpretation.confirm.known !== null) throw unprovenIdentity(state.provider)
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

/** Reads the payment's state, or waits for a read of it that begins from now on. */
export async function readBack(
  state: ReceiverState,
  { key, read, toEvent }: Pick<Confirmation, 'key' | 'read' | 'toEvent'>,
): Promise<ProvenDraft> {
  try {
    const { readAt, result } = await state.reads.share(key, () => readOnce(state, read))
    return checkedState(state.provider, toEvent(result, { readAt })) as ProvenDraft
  } catch (error) {
    throw isDeliveryError(error) ? error : unavailable('the event could not be confirmed with the provider', error)
  }
}

/** The signal asks it to stop; if it does not, nobody waits for it, and it holds up no other. */
async function readOnce({ options }: ReceiverState, read: Confirmation['read']) {
  const { timeoutMs } = options
  const abort = new AbortController()
  const readAt = new Date(clock.now()).toISOString()
  const reading = read({ signal: abort.signal })
  const result = isPromise(reading)
    ? await withinTime(reading, timeoutMs, () => {
        abort.abort()
        return unavailable(`the event was not confirmed by the provider within ${timeoutMs} ms`)
      })
    : reading
  return { readAt, result }
}

function unprovenIdentity({ name }: Provider): DeliveryError {
  const message = `${name}: toEvent() answered readBack() with known, which nothing in this delivery proves`
  return new DeliveryError('EVENT_INVALID', message)
}

function unavailable(message: string, cause?: unknown): DeliveryError {
  return new DeliveryError('READ_BACK_UNAVAILABLE', message, { cause })
}
