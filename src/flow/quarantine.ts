/** Keeps an authentic delivery that cannot be used, so that the answer 200 is correct. */
import { hash } from 'node:crypto'
import type { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { Outcome } from '../outcome.js'
import type { Provider } from '../provider.js'
import type { AuthenticatedDelivery, SignedHeaders } from './authenticate.js'
import { bounded, prepare } from './claims/store-calls.js'
import { evidenceOf } from './claims/store-evidence.js'
import type { ReceiverState } from './state/receiver.js'

/** Accepts the delivery once the store has it. If the store fails, the sender is asked to deliver again. */
export async function quarantine(
  { provider, options }: ReceiverState,
  error: DeliveryError,
  event: WebhookEvent | null,
  { keepable: body, headers }: AuthenticatedDelivery,
): Promise<Outcome> {
  const { store } = options
  const key = quarantineKey(provider, body, headers)
  const { code, message } = error
  try {
    // The very first delivery may be unusable, and then no claim has prepared the store.
    await prepare(store)
    await bounded('quarantine', () =>
      store.quarantine?.({
        key,
        provider: provider.name,
        account: provider.account,
        eventId: event?.id ?? null,
        orderId: event?.orderId ?? null,
        code,
        message,
        body,
        headers,
      }),
    )
    evidenceOf(store).kept()
    return { kind: 'quarantined', error, event, body }
  } catch (failure) {
    evidenceOf(store).failed()
    return { kind: 'retry_later', error: failure as DeliveryError, event }
  }
}

/**
 * The same bytes and signed headers at the same account have the same key, and nothing else has it. The key therefore
 * also shows the owner of a kept delivery. Keys of events are in the same store. They begin with a provider's name,
 * which never begins with a line break, so no body can take an event's key.
 */
export function quarantineKey({ name, account }: Provider, body: Buffer, headers: SignedHeaders): string {
  const signed = Object.entries(headers).map(([header, value]) => `${header}: ${value}\n`)
  const prefix = `\nquarantined\n${name}\n${account}\n${signed.join('')}`
  return hash('sha256', Buffer.concat([Buffer.from(prefix), body]), 'base64url')
}
