/** One attempt to deliver one callback. */
import { impostor, type Accounts } from '../accounts.js'
import { providerOf } from '../providers/registry.js'
import type { Delivery } from '../storage/deliveries.js'

/** The result of an attempt. The status is null if there was no answer. */
export interface Answer {
  readonly status: number | null
  readonly error: string | null
}

export async function send(
  delivery: Delivery,
  options: {
    readonly url: string
    readonly accounts: Accounts
    readonly at: number
    readonly requestId: string
    readonly signal: AbortSignal
  },
): Promise<Answer> {
  const { url, accounts, at, requestId, signal } = options
  const provider = providerOf(delivery)
  const signer = delivery.forged ? impostor(accounts) : accounts
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // The id that a proxy in front of the shop would set. The shop's reports contain it.
        'x-request-id': requestId,
        ...provider.sign(signer, delivery.body, at),
      },
      body: delivery.body,
      // A redirect is an answer, but not a success.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(provider.retry.timeoutMs)]),
    })
    await response.body?.cancel()
    return { status: response.status, error: null }
  } catch (error) {
    return { status: null, error: reason(error) }
  }
}

/** The message `fetch failed` is useless; its cause is not. */
function reason(error: unknown): string {
  const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } }
  if (name === 'TimeoutError') return 'no answer in time'
  return cause?.code ?? cause?.message ?? message
}
