/** Proofs that stand inside a body: wherever blanking changes it. */

/** The way to one text, by field names and places in lists. */
export type Path = readonly string[]

/** Where the proofs are, each with its text. */
export function proofsInside(content: unknown, blanked: unknown, path: Path = []): { path: Path; text: string }[] {
  if (typeof content === 'string') return content === blanked || content === '' ? [] : [{ path, text: content }]
  if (typeof content !== 'object' || content === null) return []
  const other = blanked as Readonly<Record<string, unknown>> | null | undefined
  return Object.entries(content).flatMap(([name, value]) => proofsInside(value, other?.[name], [...path, name]))
}

/** A copy with another value there; undefined takes the field away. */
export function withValueAt(content: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value
  if (Array.isArray(content)) {
    return content.map((item: unknown, at) => (String(at) === name ? withValueAt(item, rest, value) : item))
  }
  const fields = { ...(content as Readonly<Record<string, unknown>>) }
  if (rest.length === 0 && value === undefined) delete fields[name]
  else fields[name] = withValueAt(fields[name], rest, value)
  return fields
}
