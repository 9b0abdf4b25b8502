/** What became of an event, in one or two words. */
import type { EventState } from 'express-payment-webhooks'
import type { Tone } from '../parts/status-badge.js'

export const EVENT_STATE: Readonly<Record<EventState, { readonly label: string; readonly tone: Tone }>> = {
  processing: { label: 'Processing', tone: 'waiting' },
  done: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  quarantined: { label: 'Quarantined', tone: 'attention' },
  replay_requested: { label: 'To be replayed', tone: 'waiting' },
}

export function EventStateBadge({ state }: { readonly state: EventState }) {
  const { label, tone } = EVENT_STATE[state]
  return <span class={`badge ${tone}`}>{label}</span>
}
