/** One after the other, for what belongs together: most races for an order are between deliveries to one process. */

/** A function that runs work on items of one key in the order of the calls, and everything else side by side. */
export function inTurn<Item, Result>(
  keyOf: (item: Item) => string,
): (item: Item, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>()
  return (item, work) => {
    const key = keyOf(item)
    const turn = (last.get(key) ?? Promise.resolve()).then(work)
    // What went wrong is for whoever asked for it; the next in line takes its turn all the same.
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === settled) last.delete(key)
      })
    last.set(key, settled)
    return turn
  }
}
