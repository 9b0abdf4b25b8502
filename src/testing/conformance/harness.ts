/** A receiver that keeps what reaches its handlers. */
import { RetryLater } from '../../errors.js'
import type { WebhookEvent } from '../../event.js'
import type { Outcome } from '../../outcome.js'
import type { Provider, SignedDelivery } from '../../provider.js'
import { createReceiver, type Receiver } from '../../receiver.js'
import type { Store } from '../../store.js'
import { memoryStore } from '../../stores/memory.js'

/** A signed delivery, of which headers may be missing or repeated. */
export type AnyDelivery = Pick<SignedDelivery, 'body'> & {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

export interface Harness {
  readonly receiver: Receiver
  readonly handled: readonly WebhookEvent[]
  readonly deliver: (delivery: AnyDelivery) => Promise<Outcome>
}

/** Where every delivery of the suite comes from, through a socket or not. */
const SENDER = '127.0.0.1'

/** @param later true has every event delivered again */
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

/** Where the provider's proof stands, and what it says of the body. */
export interface ProofKind {
  /** Headers that the provider sends beside its content type. */
  readonly headers: readonly string[]
  readonly inBody: boolean
  /** False where a delivery decides nothing by itself, and what it says is read back. */
  readonly proven: boolean
  /** True where other bytes have another proof. */
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
