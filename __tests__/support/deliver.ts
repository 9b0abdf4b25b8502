import type { Outcome, PaymentWebhookError, Provider, Store, UnrecognisedEvent, WebhookEvent } from '../../src/index.js'
import { createReceiver, memoryStore } from '../../src/index.js'

/** Takes bodies through the whole flow and keeps every event that reaches a handler. */
export function receiverOf<Event extends WebhookEvent>(
  provider: Provider<Event>,
  { store = memoryStore(), ...more }: { readonly store?: Store<unknown>; readonly timeoutMs?: number } = {},
) {
  const events: (Event | UnrecognisedEvent)[] = []
  const errors: PaymentWebhookError[] = []
  const receiver = createReceiver(provider, {
    ...more,
    store,
    on: {},
    onUnhandled: (event: Event | UnrecognisedEvent) => void events.push(event),
    onError: (error: PaymentWebhookError) => void errors.push(error),
  })
  return {
    events,
    errors,
    deliver(
      body: Buffer | string,
      headers?: Readonly<Record<string, string | readonly string[]>>,
      ip?: string,
    ): Promise<Outcome> {
      const bytes = Buffer.from(body)
      return receiver.receive({ body: bytes, headers: headers ?? headersFor(provider, bytes), ip })
    },
  }
}

/** A proof inside the body is already present. */
function headersFor(provider: Provider, body: Buffer) {
  const { authentication } = provider
  return authentication.inBody === true ? (authentication.signHeaders?.() ?? {}) : provider.sign(body).headers
}

/** The headers that prove a body, without headers that only describe it. */
export function proofOf(provider: Pick<Provider, 'sign'>, body: Buffer | string): Record<string, string> {
  const { 'content-type': _, ...proof } = provider.sign(body).headers
  return proof
}

/** The event of one payload; fails the test if there is none. */
export async function eventOf<Event extends WebhookEvent>(
  provider: Provider<Event>,
  body: Buffer | string,
  ip?: string,
): Promise<Event | UnrecognisedEvent> {
  const receiver = receiverOf(provider)
  const outcome = await receiver.deliver(body, undefined, ip)
  const [event] = receiver.events
  if (event === undefined) throw new Error(`no event: ${outcome.kind} ${outcome.error?.code} ${outcome.error?.message}`)
  return event
}

/** The code a delivery is refused with. */
export async function refusalOf(
  provider: Provider,
  body: Buffer | string,
  headers?: Readonly<Record<string, string | readonly string[]>>,
  ip?: string,
): Promise<string> {
  const receiver = receiverOf(provider)
  const outcome = await receiver.deliver(body, headers, ip)
  if (receiver.events.length > 0) throw new Error('the delivery was handled')
  return outcome.error?.code ?? outcome.kind
}
