/** The shape of a command, its exit codes, and the errors that end it. */
import type { Io } from './io.js'
import type { Misplaced } from './misplaced.js'

/** Exit codes, for scripts. */
export const EXIT = { ok: 0, attention: 1, usage: 2, unreachable: 3 } as const

/** Ends the command with a message on standard error. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(EXIT.usage, message)
}

/** The options on the command line, by name. */
export interface Values {
  readonly store?: string
  readonly table?: string
  readonly prefix?: string
  readonly 'key-prefix'?: string
  readonly state?: string
  readonly provider?: string
  readonly code?: string
  readonly payment?: readonly string[]
  readonly refund?: readonly string[]
  readonly since?: string
  readonly limit?: string
  readonly wait?: string
  readonly all?: boolean
  readonly yes?: boolean
  readonly body?: boolean
  readonly url?: string
  readonly set?: readonly string[]
  readonly order?: readonly string[]
  readonly effects?: string
  readonly times?: string
  readonly twice?: boolean
  readonly forged?: boolean
  readonly indented?: boolean
  readonly timestamped?: boolean
  readonly test?: boolean
  readonly 'secret-stdin'?: boolean
  readonly unchecked?: boolean
  readonly account?: string
  readonly adopt?: boolean
  readonly json?: boolean
  readonly help?: boolean
}

export interface Invocation {
  /** Everything on the command line except the command's name and the options. */
  readonly operands: readonly string[]
  readonly values: Values
  readonly io: Io
}

export interface Command {
  readonly summary: string
  /** The rest of the first line of its help, after the command's name. */
  readonly usage: string
  /** Its own options, in addition to those of every command. */
  readonly options: readonly (keyof Values)[]
  /** The meaning of each option that has another meaning in this command. */
  readonly notes?: Partial<Record<keyof Values, string>>
  /** Options that it does not have, for values that it takes as operands. */
  readonly misplaced?: Misplaced
  /** Providers whose secrets the command reads. */
  readonly secrets?: readonly string[]
  /** Further paragraphs of its help. */
  readonly details?: string
  /** Checks the command line before the command does anything. Throws a `CommandError`. */
  check(operands: readonly string[], values: Values): void
  /** Returns the exit code. */
  run(invocation: Invocation): Promise<number>
}

export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw usageError(`--${name} must be a whole number from ${least} to ${most}`)
}
