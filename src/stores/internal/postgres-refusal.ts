/** Whether Postgres refused what a handler did, or was merely not able to keep it just now. */

/**
 * Classes of SQLSTATE that say nothing about the statements: connection, rollback of what may succeed another time,
 * resources, the operator, the system (PostgreSQL documentation, appendix A).
 */
const PASSING = ['08', '40', '53', '55', '57', '58', 'XX']

/** The same without rollbacks in favour of others and locks that were not to be had, which concern single rows. */
const NOT_OF_A_ROW = PASSING.filter((name) => name !== '40' && name !== '55')

/** What `Store.complete` rejects with when the handler's work was refused for good. */
export interface RefusedWork extends Error {
  readonly workRefused: true
}

/** Null for an error that may not happen another time, and for one that did not come from the server. */
export function refusalOf(error: unknown): RefusedWork | null {
  const { message } = error as { readonly message?: unknown }
  if (!isOutside(error, PASSING)) return null
  return Object.assign(new Error(`Postgres refused the handler's transaction: ${String(message)}`, { cause: error }), {
    workRefused: true as const,
  })
}

/** True where the server has undone a statement about many rows, and may take it for most of them. */
export function isRefusedForRows(error: unknown): boolean {
  return isOutside(error, NOT_OF_A_ROW)
}

/** True for an error that the server told, and that is in none of these classes. */
function isOutside(error: unknown, classes: readonly string[]): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !classes.includes(code.slice(0, 2))
}
