/** Iterates over a list that may hang, end in the middle, or ignore its signal. */

/** @throws the reason of `stop` as soon as it aborts, and any error of the list */
export async function* untilStopped<T>(
  stop: AbortSignal,
  list: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  stop.throwIfAborted()
  const ended = new AbortController()
  let abort!: () => void
  const stopped = new Promise<never>((_, reject) => {
    abort = () => reject(stop.reason as Error)
    stop.addEventListener('abort', abort)
  })
  stopped.catch(() => {})
  const iterator = list(AbortSignal.any([stop, ended.signal]))[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), stopped])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    stop.removeEventListener('abort', abort)
    ended.abort()
    // Not awaited: a generator that hangs only ends once it goes on.
    iterator.return?.().catch(() => {})
  }
}
