/** The end of a message about an unknown name: the most similar name, or all names. */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  return near === undefined ? ` Known: ${names.join(', ')}.` : ` Did you mean ${JSON.stringify(near)}?`
}

/** At most two typos, and fewer in a short name: two typos can turn a short word into any other. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  return (
    names.find((candidate) => likeness(candidate) === likeness(name)) ??
    names.find((candidate) => distance(candidate, name) <= Math.min(2, name.length / 2))
  )
}

function likeness(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '')
}

/** Levenshtein distance, to recognise a typo. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1
      current.push(Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + change))
    }
    previous = current
  }
  return previous[b.length]!
}
