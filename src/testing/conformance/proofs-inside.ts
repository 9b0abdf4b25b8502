/** Finds the proofs inside a body: every text that blanking changes. */

/** The path to a text: field names and array indexes. */
export type Path = readonly string[]

/** The path and the text of each proof. */
export function proofsInside(content: unknown, blanked: unknown, path: Path = []): { path: Path; text: string }[] {
  if (typeof content === 'string') return content === blanked || content === '' ? [] : [{ path, text: content }]
  if (typeof content !== 'object' || content === null) return []
  const other = blanked as Readonly<Record<string, unknown>> | null | undefined
  return Object.entries(content).flatMap(([name, value]) => proofsInside(value, other?.[name], [...path, name]))
}

/** A copy with another value at the path. `undefined` removes the field. */
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
