/** The arguments by which a script learns about an event, as a list of texts. */
import type { ClaimRequest, KeptEvent } from '../../store.js'
import { storedText } from './stored-text.js'

/** The fields that are not null, as names and values. */
export function pairs(fields: Readonly<Record<string, string | null>>): string[] {
  const known: string[] = []
  for (const [name, value] of Object.entries(fields)) if (value !== null) known.push(name, storedText(value))
  return known
}

export function factsOf({ eventId, eventType, provider, account, orderId, paymentId, amount }: ClaimRequest): string[] {
  return pairs({
    event_id: eventId,
    event_type: eventType,
    provider,
    account,
    order_id: orderId,
    payment_id: paymentId,
    amount,
  })
}

export function keptArguments(kept: KeptEvent | undefined): string[] {
  if (kept === undefined) return []
  const { form, body, headers, retryInMs, isAccepted } = kept
  return [form, body.toString('base64'), JSON.stringify(headers), String(retryInMs ?? ''), isAccepted ? '1' : '0']
}
