/** A receiver that records the events that reach its handlers. */
import { RetryLater } from '../../errors.js'
import type { WebhookEvent } from '../../event.js'
import type { Outcome } from '../../outcome.js'
import type { Provider, SignedDelivery } from '../../provider.js'
import { createReceiver, type Receiver } from '../../receiver.js'
import type { Store } from '../../store.js'
import { memoryStore } from '../../stores/memory.js'

/** A signed delivery whose headers may be missing or repeated. */
export type AnyDelivery = Pick<SignedDelivery, 'body'> & {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export interface Harness {
  readonly receiver: Receiver
  readonly handled: readonly WebhookEvent[]
  readonly deliver: (delivery: AnyDelivery) => Promise<Outcome>
}

/** The sender's address of every delivery in the suite, with or without a socket. */
const SENDER = '127.0.0.1'

/** @param later true if the handler asks for a redelivery of every event */
export function harness(provider: Provider, later = false, store: Store = memoryStore()): Harness {
  const handled: WebhookEvent[] = []
  const receiver = createReceiver(provider, {
    store,
    on: {},
    onUnhandled(event: WebhookEvent) {
      if (later) throw new RetryLater('asked for by the suite')
      handled.push(event)
    },
    onError: () => {},
  })
  return { receiver, handled, deliver: (delivery) => receiver.receive({ ...delivery, ip: SENDER }) }
}

/** The place of the provider's proof, and what it covers. */
export interface ProofKind {
  /** Headers that the provider sends in addition to the content type. */
  readonly headers: readonly string[]
  readonly inBody: boolean
  /** False if the delivery proves nothing by itself, so that its content is read back. */
  readonly proven: boolean
  /** True if another body needs another proof. */
  readonly coversBody: boolean
}

export async function proofKind(provider: Provider, { body, headers }: SignedDelivery): Promise<ProofKind> {
  const { authentication, format } = provider
  const { 'content-type': _, ...proofs } = headers
  const names = Object.keys(proofs)
  if (authentication.inBody === true) {
    const delivery = { body, headers, ip: SENDER }
    const proven = await authentication.verify(delivery, format.parse(body, delivery))
    return { headers: names, inBody: true, proven, coversBody: false }
  }
  const proven = await authentication.verify({ body, headers, ip: SENDER })
  const others = provider.sign(Buffer.concat([body, Buffer.from(' ')])).headers
  const coversBody = names.some((name) => others[name] !== headers[name])
  return { headers: names, inBody: false, proven, coversBody }
}
