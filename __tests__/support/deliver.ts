import type { Outcome, PaymentWebhookError, Provider, Store, UnrecognisedEvent, WebhookEvent } from '../../src/index.js'
import { createReceiver, memoryStore } from '../../src/index.js'

/** Takes bodies through the whole flow and keeps every event that reaches a handler. */
export function receiverOf<Event extends WebhookEvent>(
  provider: Provider<Event>,
  store: Store<unknown> = memoryStore(),
) {
  const events: (Event | UnrecognisedEvent)[] = []
  const errors: PaymentWebhookError[] = []
  const receiver = createReceiver(provider, {
    store,
    on: {},
    onUnhandled: (event: Event | UnrecognisedEvent) => void events.push(event),
    onError: (error: PaymentWebhookError) => void errors.push(error),
  })
  return {
    events,
    errors,
    deliver(body: Buffer | string, headers?: Record<string, string | string[]>, ip?: string): Promise<Outcome> {
      const bytes = Buffer.from(body)
      return receiver.receive({ body: bytes, headers: headers ?? headersFor(provider, bytes), ip })
    },
  }
}

/** What the provider sends beside these bytes. Where the proof is inside them, they bring their own. */
function headersFor({ authentication }: Pick<Provider, 'authentication'>, body: Buffer): Record<string, string> {
  return authentication.inBody === true ? (authentication.signHeaders?.() ?? {}) : authentication.sign(body)
}

/** The event one payload becomes; fails the test when it becomes none. */
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
  headers?: Record<string, string | string[]>,
  ip?: string,
): Promise<string> {
  const receiver = receiverOf(provider)
  const outcome = await receiver.deliver(body, headers, ip)
  if (receiver.events.length > 0) throw new Error('the delivery was handled')
  return outcome.error?.code ?? outcome.kind
}
