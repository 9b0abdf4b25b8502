/**
 * For APIs that list the newest first: handlers should see events in the order in which they happened, as far as
 * possible.
 */
import type { ListWindow } from '../lister.js'

const HOUR_MS = 60 * 60_000

/** A long window is divided, so that it is never in memory as a whole. */
const MAX_PARTS = 24

/**
 * Lists the window in parts, the oldest part first, and reverses each part. A part is an hour, or longer if the window
 * is longer than a day.
 *
 * @param newestFirst lists a part, which ends before `until`
 */
export async function* oldestFirst<T>(
  { since, until, signal }: ListWindow,
  newestFirst: (part: ListWindow) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const end = until.getTime()
  const length = Math.max(HOUR_MS, Math.ceil((end - since.getTime()) / MAX_PARTS))
  for (let from = since.getTime(); from < end; from += length) {
    const part: T[] = []
    const to = Math.min(from + length, end)
    for await (const one of newestFirst({ since: new Date(from), until: new Date(to), signal })) part.push(one)
    yield* part.reverse()
  }
}
