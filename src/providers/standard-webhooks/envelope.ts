/** The body that the specification recommends: what happened, when, and to what. */
import { z } from 'zod'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import { instant } from '../../payload.js'

export const envelope = z.looseObject({
  /** Words joined by full stops. */
  type: z.string().min(1).max(255),
  /** When it happened, ISO 8601 in UTC; null where the sender does not say. */
  timestamp: instant,
  /** Missing where a sender has its fields beside these. */
  data: z.unknown().optional(),
})

/** A body as the specification recommends it, with everything else that it has. */
export type StandardEnvelope = z.output<typeof envelope>

/** An event of the sender's own name: nobody but the shop knows what it means. */
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
