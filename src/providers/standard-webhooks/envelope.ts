/** The body that the specification recommends: a type, a time and data. */
import { z } from 'zod'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { instant } from '../../payload.js'

export const envelope = z.looseObject({
  /** Words joined by full stops. */
  type: z.string().min(1).max(255),
  /** The time of the event, ISO 8601 in UTC; null if the sender does not give it. */
  timestamp: instant,
  /** Missing if a sender has its fields next to these. */
  data: z.unknown().optional(),
})

/** A body as the specification recommends it, with all its other fields. */
export type StandardEnvelope = z.output<typeof envelope>

/** Maps events to the sender's own names: only the shop can say what they mean. */
export function nativeEvents(name: string, types: readonly string[]) {
  return (
    native: StandardEnvelope,
    { id }: { readonly id: string },
  ): EventDraft<string, StandardEnvelope> | UnrecognisedDraft => {
    const type = `${name}.${native.type}`
    if (!types.includes(type)) return { unrecognised: native.type, identity: [id], native }
    return { type, identity: [id], occurredAt: native.timestamp, native }
  }
}
