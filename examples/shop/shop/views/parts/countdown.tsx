/** The remaining time. public/countdown.js counts on from here by the server's clock. */
import { formatDeadline, formatRemaining } from '../format.js'

interface CountdownProps {
  readonly until: string
  readonly now: string
}

export function Countdown({ until, now }: CountdownProps) {
  const remaining = Date.parse(until) - Date.parse(now)
  return (
    <p class="countdown">
      <span>
        <time dateTime={until} data-countdown>
          {formatRemaining(remaining)}
        </time>{' '}
        left
      </span>{' '}
      <span class="muted">until {formatDeadline(until, now)}</span>
    </p>
  )
}
