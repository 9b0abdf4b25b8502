/**
 * Keeps the order on the page up to date. The server pushes a signal, or the page polls for it if pushing fails. If the
 * signal's version differs from the one shown, the server's own HTML replaces it. A hidden page is left as it is: browsers
 * open only six connections to one host, and every stream holds one of them.
 */
import { replaceOrder } from './replace-order.js'

/* global EventSource, document */
/** A stream without a message for this long is dead, or something in between holds it back. */
const SILENCE_MS = 40_000
/** The browser reconnects a stream itself. After this many failures in a row, the page polls instead. */
const STREAM_FAILURES = 2
const POLL_MS = { first: 2000, longest: 10_000, growth: 1.5 }
/** After this many polls, the stream gets another chance. */
const POLLS_BEFORE_STREAM = 10

export function follow({ live, announcer, connection, clock }) {
  let stream = null
  let timer = 0
  let queue = Promise.resolve()

  const isFinal = () => live.firstElementChild.dataset.final === 'true'
  const isAtRest = () => isFinal() || document.visibilityState === 'hidden'
  const version = () => live.firstElementChild.dataset.version

  function stop() {
    clearTimeout(timer)
    stream?.close()
    stream = null
  }

  /** One at a time, so that an older page never replaces a newer one. */
  function take(signal) {
    clock.synchronise(signal.now)
    const taken = queue.then(async () => {
      const isOld = String(signal.version) !== version() || signal.final !== isFinal()
      if (isOld) await replaceOrder(live, announcer)
      connection.textContent = isFinal() ? '' : 'This page keeps itself up to date.'
      if (isFinal()) stop()
    })
    queue = taken.catch(() => {})
    return taken
  }

  function listen() {
    let failures = 0
    stop()
    if (isAtRest()) return
    stream = new EventSource(live.dataset.events)
    const expectSignal = () => {
      clearTimeout(timer)
      timer = setTimeout(poll, SILENCE_MS)
    }
    stream.addEventListener('order', (event) => {
      failures = 0
      expectSignal()
      take(JSON.parse(event.data)).catch(lost)
    })
    stream.addEventListener('error', () => {
      lost()
      failures += 1
      if (stream?.readyState === EventSource.CLOSED || failures >= STREAM_FAILURES) poll()
    })
    expectSignal()
  }

  function poll(delay = POLL_MS.first, left = POLLS_BEFORE_STREAM) {
    stop()
    check().finally(() => {
      // A page that became visible meanwhile already listens.
      if (isAtRest() || stream !== null) return
      const next = Math.min(delay * POLL_MS.growth, POLL_MS.longest)
      timer = setTimeout(() => (left === 0 ? listen() : poll(next, left - 1)), delay)
    })
  }

  /** Polls once, now. */
  function check() {
    return fetch(live.dataset.signal, { cache: 'no-store' })
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))))
      .then(take)
      .catch(lost)
  }

  function lost() {
    connection.textContent = 'No connection to the shop. Trying again…'
  }

  listen()
  document.addEventListener('visibilitychange', () => {
    listen()
    // A buyer who comes back from a wallet needs the result at once, however long the stream takes.
    if (!isAtRest()) check()
  })
  return { check }
}
