/** Settings of a connection that a handler may change, and conditions that must hold when its work commits. */
import type { Statement } from './sql.js'

/** The connection's settings before the handler, as the shop set them up. */
export interface Session {
  readonly role: string
  readonly search_path: string
}

/** Columns of a SELECT that returns these settings. */
export const SESSION = `current_setting('role') AS role, current_setting('search_path') AS search_path`

/**
 * Makes this commit wait for the disk if commits would otherwise be answered earlier. The setting ends with the
 * transaction.
 */
export const DURABLY = `SELECT pg_catalog.set_config('synchronous_commit', 'on', true) WHERE pg_catalog.current_setting('synchronous_commit') = 'off'`

/** Does the same for a statement that is a transaction of its own and ends in RETURNING. */
export function durable<Value>({ text, values }: Statement<Value>): Statement<Value> {
  return {
    text: `${text}, CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END AS durable`,
    values,
  }
}

/**
 * A statement that finds the table and may change it, whatever role and search path the handler has set. It takes one
 * round trip without placeholders, so the values are inlined. The next claim on the connection finds the settings
 * restored.
 */
export function afterHandler({ role, search_path }: Session, { text, values }: Statement): string {
  let at = 0
  const inlined = text.replace(/\?/g, () => literal(values[at++] ?? null))
  return [restored('role', role), restored('search_path', search_path), DURABLY, inlined].join(';\n')
}

function restored(name: string, value: string): string {
  const wanted = literal(value)
  return `SELECT pg_catalog.set_config('${name}', ${wanted}, false) WHERE pg_catalog.current_setting('${name}') <> ${wanted}`
}

/** Hexadecimal digits cannot end the text, whatever escapes the session uses. */
function literal(value: string | number | Buffer | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `pg_catalog.convert_from(${literal(Buffer.from(value))}, 'UTF8')`
  return `pg_catalog.decode('${value.toString('hex')}', 'hex')`
}
