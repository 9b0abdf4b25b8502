/** The parts of the process that a command uses. Tests pass their own. */
import type { Readable } from 'node:stream'
import type { Clock } from './clock.js'

export interface Output {
  readonly isTTY?: boolean
  /** The number of characters in a line, if this is a terminal. */
  readonly columns?: number
  write(text: string): unknown
}

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The project folder whose database clients are used. */
  readonly cwd: string
  readonly stdin: Readable & { readonly isTTY?: boolean }
  /** Results. */
  readonly stdout: Output
  /** Progress, warnings and errors. */
  readonly stderr: Output
  readonly clock: Clock
  /** Returns a signal that Ctrl-C aborts. Until the first call, Ctrl-C ends the process. */
  readonly interrupted: () => AbortSignal
}
