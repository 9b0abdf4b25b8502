/** Whether Postgres refused what a handler did, or was merely not able to keep it just now. */

/**
 * Classes of SQLSTATE that say nothing about the statements: connection, rollback of what may succeed another time,
 * resources, the operator, the system (PostgreSQL documentation, appendix A).
 */
const PASSING = ['08', '40', '53', '55', '57', '58', 'XX']

/** What `Store.complete` rejects with when the handler's work was refused for good. */
export interface RefusedWork extends Error {
  readonly workRefused: true
}

/** Null for an error that may not happen another time, and for one that did not come from the server. */
export function refusalOf(error: unknown): RefusedWork | null {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || PASSING.includes(code.slice(0, 2))) return null
  return Object.assign(new Error(`Postgres refused the handler's transaction: ${String(message)}`, { cause: error }), {
    workRefused: true as const,
  })
}
