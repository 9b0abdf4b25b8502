/** A connection's settings around a handler, which may change them, and what has to hold when its work commits. */
import type { Statement } from './sql.js'

/** As the shop has set up the connection, before the handler. */
export interface Session {
  readonly role: string
  readonly search_path: string
}

/** The columns of a SELECT that tells them. */
export const SESSION = `current_setting('role') AS role, current_setting('search_path') AS search_path`

/** Where a commit would be answered before it is on disk, this one waits. Ends with the transaction. */
export const DURABLY = `SELECT pg_catalog.set_config('synchronous_commit', 'on', true) WHERE pg_catalog.current_setting('synchronous_commit') = 'off'`

/** The same for a statement that is a transaction by itself and ends in RETURNING. */
export function durable<Value>({ text, values }: Statement<Value>): Statement<Value> {
  return {
    text: `${text}, CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END AS durable`,
    values,
  }
}

/**
 * A statement that finds the table and may change it, whatever the handler has done to role and search path: in one
 * round trip, which has no place for values. The settings stay behind for the next claim on the connection.
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

/** As hexadecimal digits, in which nothing can end the text, whatever the session takes for an escape. */
function literal(value: string | number | Buffer | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `pg_catalog.convert_from(${literal(Buffer.from(value))}, 'UTF8')`
  return `pg_catalog.decode('${value.toString('hex')}', 'hex')`
}
