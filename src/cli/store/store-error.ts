/** Errors of stores in words, with the fix. */
import { ConfigurationError } from '../../errors.js'
import { CommandError, EXIT, usageError } from '../command.js'
import { connectionProblem, messageOf } from '../connection-error.js'
import { redact } from '../redact.js'
import { SERVER_ADVICE } from './server-advice.js'

const NO_TABLE = /^42P01 |no such table/
const OTHER_TABLE = /^42703 |no such column/

export function isMissingTable(error: unknown): boolean {
  return NO_TABLE.test(textOf(error))
}

/**
 * @param where the table of an SQL store; the message names it if it is missing
 * @param url its password is kept out of the message
 */
export function storeError(error: unknown, doing: 'reached' | 'read', url: string, where = 'the store'): CommandError {
  if (error instanceof CommandError) return error
  if (error instanceof ConfigurationError) return usageError(error.message)
  return new CommandError(EXIT.unreachable, described(error, doing, url, where), { cause: error })
}

function described(error: unknown, doing: string, url: string, where: string): string {
  const message = messageOf(error)
  const text = textOf(error)
  if (NO_TABLE.test(text)) {
    return `${where} does not exist in this database. A shop creates it when it starts; --table names another one`
  }
  if (OTHER_TABLE.test(text)) return `${where} is not one of this package: ${redact(message, url)}`
  const advice = SERVER_ADVICE.find(({ pattern }) => pattern.test(text))
  if (advice !== undefined)
    return `the store cannot be ${doing}: ${advice.problem}${codeOf(text)}. To fix it, ${advice.fix}`
  const problem = connectionProblem(error)
  // A pool connects only at its first query, so a connection error may come from any call.
  if (problem !== undefined) return `the store cannot be reached: ${problem}`
  return `the store cannot be ${doing}: ${redact(message, url)}`
}

/** The code and the message of an error. */
function textOf(error: unknown): string {
  const { code = '' } = Object(error) as { code?: unknown }
  return `${String(code)} ${messageOf(error)} `
}

/** The code of Postgres or SQLite, or the first word of a Redis error. */
function codeOf(text: string): string {
  const [code] = /^\w+(?= )|(?<=^ )[A-Z]{4,}(?= )/.exec(text) ?? []
  return code === undefined ? '' : ` (${code})`
}
