/** Step 4: what a delivery says is either proven by it or read back from the provider. There is no third way. */
import { DeliveryError } from '../errors.js'
import type { EventDraft, UnconfirmedDraft, UnrecognisedDraft } from '../event.js'
import type { Interpretation } from '../provider.js'
import type { ReceiverState } from './state/receiver.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { clock, type Timer } from '../lib/clock.js'
import { isDeliveryError } from '../lib/thrown.js'

/**
 * Read-backs at a time in one receiver, beyond which deliveries are asked to come back. Anybody can cause one, and each
 * asks the shop's database and the provider; a shop that is paid ten times a second needs a handful.
 */
const MAX_READ_BACKS = 32

declare const proven: unique symbol

/** What may become an event: its delivery was authentic, or its provider vouched for it. */
export type ProvenDraft = (EventDraft | UnrecognisedDraft) & { readonly [proven]: true }

/** @throws DeliveryError `AUTH_UNPROVEN`, `READ_BACK_*`, `ORDER_UNKNOWN`, `BUSY` */
export function confirm(
  state: ReceiverState,
  delivery: AuthenticatedDelivery,
  interpretation: Interpretation,
): ProvenDraft | Promise<ProvenDraft> {
  if ('confirm' in interpretation) return readBack(state, interpretation.confirm)
  if (!delivery.proven) {
    throw new DeliveryError(
      'AUTH_UNPROVEN',
      `nothing proves who sent this, and ${state.provider.name} offers no way to read it back`,
    )
  }
  return interpretation as ProvenDraft
}

async function readBack(state: ReceiverState, confirmWith: UnconfirmedDraft['confirm']): Promise<ProvenDraft> {
  const { readBacks, options } = state
  if (readBacks.count >= MAX_READ_BACKS) {
    throw new DeliveryError('BUSY', `${MAX_READ_BACKS} deliveries are being confirmed with the provider`)
  }
  readBacks.begin()
  try {
    return (await withinTime(confirmWith, options.timeoutMs)) as ProvenDraft
  } catch (error) {
    if (isDeliveryError(error)) throw error
    throw unavailable('the event could not be confirmed with the provider', error)
  } finally {
    readBacks.end()
  }
}

/** The signal asks it to stop; if it does not, nobody waits for it, and it holds up no other. */
async function withinTime(confirmWith: UnconfirmedDraft['confirm'], timeoutMs: number) {
  const abort = new AbortController()
  let timer: Timer | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = clock.setTimeout(() => {
      abort.abort()
      reject(unavailable(`the event was not confirmed by the provider within ${timeoutMs} ms`))
    }, timeoutMs)
  })
  try {
    return await Promise.race([confirmWith({ signal: abort.signal }), tooLate])
  } finally {
    clock.clear(timer)
  }
}

function unavailable(message: string, cause?: unknown): DeliveryError {
  return new DeliveryError('READ_BACK_UNAVAILABLE', message, { cause })
}
