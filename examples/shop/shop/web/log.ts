/** The shop's log: one JSON line per entry, without secrets, bodies or the addresses of order pages. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  details?: Readonly<Record<string, unknown>>,
) => void

export const jsonLog: Log = (level, message, details = {}) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...details })}\n`)
}
