/** Tells whether Postgres refused the work of a handler or merely could not store it at the moment. */

/**
 * Classes of SQLSTATE that do not concern the content of the statements: connection, rollbacks that may succeed another
 * time, resources, operator intervention, system (PostgreSQL documentation, appendix A).
 */
const PASSING = ['08', '40', '53', '55', '57', '58', 'XX']

/** The same without rollbacks in favour of other transactions and unavailable locks, which concern single rows. */
const NOT_OF_A_ROW = PASSING.filter((name) => name !== '40' && name !== '55')

/** The error with which `Store.complete` rejects when the handler's work was refused for good. */
export interface RefusedWork extends Error {
  readonly workRefused: true
}

export function refusedWork(message: string, cause?: unknown): RefusedWork {
  return Object.assign(new Error(message, { cause }), { workRefused: true as const })
}

/** Null for an error that may not occur another time, and for an error that did not come from the server. */
export function refusalOf(error: unknown): RefusedWork | null {
  const { message } = error as { readonly message?: unknown }
  if (!isOutside(error, PASSING)) return null
  return refusedWork(`Postgres refused the handler's transaction: ${String(message)}`, error)
}

/** True if the server has undone a statement about many rows and may accept it for most of them. */
export function isRefusedForRows(error: unknown): boolean {
  return isOutside(error, NOT_OF_A_ROW)
}

/** True for an error that the server reported and that is in none of these classes. */
function isOutside(error: unknown, classes: readonly string[]): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !classes.includes(code.slice(0, 2))
}
