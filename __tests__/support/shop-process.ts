/** One process of a shop behind a fetch handler, without a network: for tests that fail its store. */
import { toFetchHandler, type Store, type WebhookEvent } from '../../src/index.js'
import { bodyOf, hmacProvider, signatureOf } from './hmac-provider.js'

/** Deliveries are answered with their status. */
export function shopProcess(
  store: Store<unknown>,
  handler: (event: WebhookEvent) => unknown,
  leaseMs: number,
  timeoutMs = 100,
) {
  const codes: string[] = []
  const webhook = toFetchHandler(hmacProvider(), {
    store,
    on: { 'payment.confirmed': handler },
    onError: ({ code }) => void codes.push(code),
    timeoutMs,
    leaseMs,
  })
  const deliver = async (body = bodyOf()): Promise<number> => {
    const headers = { 'x-signature': signatureOf(body) }
    return (await webhook(new Request('http://shop.example/', { method: 'POST', body, headers }))).status
  }
  return { webhook, deliver, codes }
}
