/** The shop's outcomes for the sandbox's callbacks: an answer of 200 does not show whether the event was new or a duplicate. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { OutcomeReport } from 'express-payment-webhooks'

const CHANNEL = 'express-payment-webhooks:outcome'
const MOST = 10_000

export interface SandboxOutcomes {
  readonly outcomeOf: (requestId: string) => string | null
  readonly close: () => void
}

/** Collects the outcomes of every shop in this process. */
export function sandboxOutcomes(): SandboxOutcomes {
  const known = new Map<string, string>()
  const note = (message: unknown) => {
    const { requestId, outcome } = message as OutcomeReport
    if (!requestId.startsWith('sandbox-')) return
    known.set(requestId, outcome)
    if (known.size > MOST) known.delete(known.keys().next().value!)
  }
  subscribe(CHANNEL, note)
  return { outcomeOf: (requestId) => known.get(requestId) ?? null, close: () => void unsubscribe(CHANNEL, note) }
}
