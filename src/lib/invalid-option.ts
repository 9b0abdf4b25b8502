import { ConfigurationError } from '../errors.js'

/**
 * Refuses an option that cannot be meant.
 *
 * @param where the function that was given it
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, always
 */
export function invalidOption(where: string, message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `${where}: ${message}`)
}
