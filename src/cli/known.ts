/** Names that somebody typed. */
import { usageError } from './command.js'

/** Runs a search by name; what it does not find is wrong usage. */
export function known<T>(search: () => T): T {
  try {
    return search()
  } catch (error) {
    throw usageError((error as Error).message.replace('sample: ', ''))
  }
}
