/** What every command is, and how it ends. */
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

/** What stood on the command line. */
export interface Values {
  readonly store?: string
  readonly table?: string
  readonly prefix?: string
  readonly state?: string
  readonly provider?: string
  readonly code?: string
  readonly limit?: string
  readonly wait?: string
  readonly all?: boolean
  readonly body?: boolean
  readonly url?: string
  readonly set?: readonly string[]
  readonly order?: readonly string[]
  readonly effects?: string
  readonly twice?: boolean
  readonly indented?: boolean
  readonly timestamped?: boolean
  readonly 'secret-stdin'?: boolean
  readonly json?: boolean
  readonly help?: boolean
}

export interface Invocation {
  /** What stood on the command line beside options. */
  readonly operands: readonly string[]
  readonly values: Values
}

export interface Command {
  readonly summary: string
  /** What follows the command's name in its help. */
  readonly usage: string
  /** Options of its own, beside those every command has. */
  readonly options: readonly (keyof Values)[]
  /** What an option means here, where that differs. */
  readonly notes?: Partial<Record<keyof Values, string>>
  /** Whatever else its help has to say. */
  readonly details?: string
  /** Checks the command line before anything is begun. Throws a `CommandError`. */
  check(operands: readonly string[], values: Values): void
  /** Answers the exit code. */
  run(invocation: Invocation): Promise<number>
}

export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw usageError(`--${name} must be a whole number from ${least} to ${most}`)
}

/** Some network errors have a message for each address tried, and none of their own. */
export function reason(error: unknown): string {
  const { errors, message, code } = error as { errors?: unknown[]; message?: unknown; code?: unknown }
  if (Array.isArray(errors) && !message) return errors.map(reason).join('; ')
  return String(message || code || error)
}
