/** Deliveries by the thousand, as generated tests make them. */
import fc from 'fast-check'
import { answerTo, createReceiver, memoryStore, type Provider, type WebhookEvent } from 'express-payment-webhooks'

/** Takes deliveries through one receiver; answers the status, the kind and the events of each. */
export function deliveriesTo(provider: Provider) {
  let events: WebhookEvent[] = []
  const receiver = createReceiver(provider, {
    store: memoryStore(),
    on: {},
    onUnhandled: (event: WebhookEvent) => void events.push(event),
    onError: () => {},
  })
  return async (body: Buffer, headers: Readonly<Record<string, string>> = {}) => {
    events = []
    const outcome = await receiver.receive({ body, headers })
    return { status: answerTo(outcome, provider).status, kind: outcome.kind, events }
  }
}

/** The bytes with one of them changed. */
export const oneByteOf = (bytes: Buffer) =>
  fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ change
    return changed
  })
