/** The parts of its process that a command uses. Tests pass their own. */
import type { Readable } from 'node:stream'
import type { Clock } from './clock.js'

export interface Output {
  readonly isTTY?: boolean
  /** Characters in a line, on a terminal. */
  readonly columns?: number
  write(text: string): unknown
}

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder of the project whose database clients are used. */
  readonly cwd: string
  readonly stdin: Readable & { readonly isTTY?: boolean }
  /** Results. */
  readonly stdout: Output
  /** Progress, warnings and errors. */
  readonly stderr: Output
  readonly clock: Clock
  /** Aborts with Ctrl-C, which ends the process where nobody asked for this. */
  readonly interrupted: () => AbortSignal
}
