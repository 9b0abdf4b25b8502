/**
 * A callback that is listed by its state has another id than the original callback, so it is recognised by its content.
 */
import { amountOf } from '../flow/claims/claim-request.js'
import { bounded } from '../flow/claims/store-calls.js'
import type { ProvenDraft } from '../flow/confirm.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { toEvent } from '../flow/to-event.js'
import { isDurable } from '../lib/is-durable.js'
import type { Listed } from '../lister.js'
import type { WebhookEvent } from '../event.js'
import { bytesOf } from './run-listed.js'

/** Number of records of one payment that are searched. */
const LIMIT = 1000

/**
 * Returns the event if one with the same payment, type and amount was handled. Null if none was, or if that cannot be
 * known: then the event goes to a handler for which a second one changes nothing.
 *
 * @throws DeliveryError `STORE_UNAVAILABLE`
 */
export async function knownState(state: ReceiverState, listed: Listed): Promise<WebhookEvent | null> {
  const { provider, options } = state
  const { store } = options
  const event = await eventOf(state, listed)
  if (event?.paymentId == null || !isDurable(store)) return null
  const { paymentId, type } = event
  const { name, account } = provider
  const query = { paymentId, provider: name, account, state: 'done', limit: LIMIT } as const
  const records = await bounded('listEvents', () => store.listEvents(query), options.storeTimeoutMs)
  const amount = amountOf(event)
  return records.some((record) => record.eventType === type && record.amount === amount) ? event : null
}

/** Null for a callback that the flow will reject as unusable and report itself. */
async function eventOf({ provider }: ReceiverState, { body, headers = {} }: Listed): Promise<WebhookEvent | null> {
  try {
    const content = provider.format.parse(bytesOf(provider, body), { headers })
    const draft = await provider.interpret(content, { headers })
    return 'type' in draft ? toEvent(provider, draft as ProvenDraft & typeof draft) : null
  } catch {
    return null
  }
}
