/** Keeps an authentic delivery that cannot be used, so that 200 is true. */
import { hash } from 'node:crypto'
import type { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { Outcome } from '../outcome.js'
import type { Provider } from '../provider.js'
import { bounded, prepare } from './claims/store-calls.js'
import type { ReceiverState } from './state/receiver.js'

/** Without a durable store nothing can be kept: the sender gets 400, and the operator the body. */
export async function quarantine(
  { provider, options }: ReceiverState,
  error: DeliveryError,
  event: WebhookEvent | null,
  body: Buffer,
): Promise<Outcome> {
  const { store } = options
  if (store.quarantine === undefined) return { kind: 'unusable', error, event, body }
  const key = quarantineKey(provider, body)
  const { code, message } = error
  try {
    // The first delivery of all may be one of these, and then no claim has prepared the store.
    await prepare(store)
    await bounded('quarantine', () =>
      store.quarantine?.({ key, provider: provider.name, eventId: event?.id ?? null, code, message, body }),
    )
    return { kind: 'quarantined', error, event, body }
  } catch (failure) {
    return { kind: 'retry_later', error: failure as DeliveryError, event }
  }
}

/**
 * The same for the same bytes at the same account, and for no others: so it also says whose a kept delivery is. Events
 * have their keys in the same store: theirs begin with a provider's name, which begins with no line break, so that no
 * body takes an event's place.
 */
export function quarantineKey({ name, account }: Provider, body: Buffer): string {
  return hash('sha256', Buffer.concat([Buffer.from(`\nquarantined\n${name}\n${account}\n`), body]), 'base64url')
}
