/** Keeps an authentic delivery that cannot be used, so that 200 is true. */
import { hash } from 'node:crypto'
import type { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { Outcome } from '../outcome.js'
import type { Provider } from '../provider.js'
import type { AuthenticatedDelivery, SignedHeaders } from './authenticate.js'
import { bounded, prepare } from './claims/store-calls.js'
import { evidenceOf } from './claims/store-evidence.js'
import type { ReceiverState } from './state/receiver.js'

/** Answers 200 once the store has it, and asks for another delivery where it has not. */
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
    // The first delivery of all may be one of these, and then no claim has prepared the store.
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
 * The same for the same bytes and signed headers at the same account, and for no others: so it also says whose a kept delivery is. Events
 * have their keys in the same store: theirs begin with a provider's name, which begins with no line break, so that no
 * body takes an event's place.
 */
export function quarantineKey({ name, account }: Provider, body: Buffer, headers: SignedHeaders): string {
  const signed = Object.entries(headers).map(([header, value]) => `${header}: ${value}\n`)
  const prefix = `\nquarantined\n${name}\n${account}\n${signed.join('')}`
  return hash('sha256', Buffer.concat([Buffer.from(prefix), body]), 'base64url')
}
