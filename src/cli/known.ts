/** Names on the command line. */
import { usageError } from './command.js'

/** Looks a name up. If the search throws, the command line is wrong. */
export function known<T>(search: () => T): T {
  try {
    return search()
  } catch (error) {
    throw usageError((error as Error).message.replace('sample: ', ''))
  }
}
