/** Time limits: for a connection, for one answer of the server, and for one answer of the store. */

export const CONNECT_LIMIT_MS = 5000
export const ANSWER_LIMIT_MS = 10_000
export const CALL_LIMIT_MS = 15_000
