import { ConfigurationError } from '../errors.js'

/**
 * Refuses an invalid option.
 *
 * @param where the function that got the option
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, always
 */
export function invalidOption(where: string, message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `${where}: ${message}`)
}
