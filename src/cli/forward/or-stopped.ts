/** Waits for a result, unless Ctrl-C comes first. */

export const STOPPED = Symbol('stopped')

/** Removes its listener: the signal lives as long as the command. */
export function orStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T | typeof STOPPED> {
  return new Promise((resolve, reject) => {
    const end = () => resolve(STOPPED)
    if (stop.aborted) end()
    stop.addEventListener('abort', end)
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', end))
  })
}
