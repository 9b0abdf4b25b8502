/** Counts down by the server's clock, because browsers' clocks may be wrong. */

/* global document */
const TICK_MS = 1000

/** Does nothing at zero except call `onEnd`, which asks the server: only the server closes an order. */
export function startCountdown(live) {
  let ahead = Date.parse(live.dataset.now) - Date.now()
  let end = () => {}
  let ended = null

  const tick = () => {
    const time = document.querySelector('[data-countdown]')
    if (time === null) return
    const until = time.getAttribute('datetime')
    const left = Date.parse(until) - (Date.now() + ahead)
    const text = remaining(left)
    if (time.textContent !== text) time.textContent = text
    if (left <= 0 && ended !== until) {
      ended = until
      end()
    }
  }
  setInterval(tick, TICK_MS)

  return {
    /** Uses a newer reading of the server's clock from now on. */
    synchronise(serverTime) {
      ahead = Date.parse(serverTime) - Date.now()
      tick()
    },
    onEnd(callback) {
      end = callback
    },
  }
}

/** The same text as formatRemaining in views/format.ts. */
function remaining(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  const days = Math.floor(seconds / 86_400)
  if (days > 1) return `${days} days`
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (parts[0] === 0) parts.shift()
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
