/** Names on the command line. */
import { usageError } from './command.js'

/** Runs a search by name. A search that throws makes it wrong usage. */
export function known<T>(search: () => T): T {
  try {
    return search()
  } catch (error) {
    throw usageError((error as Error).message.replace('sample: ', ''))
  }
}
