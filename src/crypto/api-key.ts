/** Keys for requests to a provider's API. They prove no delivery, and are sent unchanged. */
import { ConfigurationError } from '../errors.js'
import { checkSecrets } from './secrets.js'

/**
 * Returns the key. Providers issue no key that is short or looks made up, so this check has no `unchecked` option.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*`. The message names the option and never the value.
 */
export function checkApiKey(option: string, key: string | undefined): string {
  try {
    const [value] = checkSecrets(option, typeof key === 'string' ? key : undefined)
    return value!
  } catch (error) {
    const { code } = error as ConfigurationError
    if (code === 'CONFIG_SECRET_SHORT') {
      const what = `${option} has ${Buffer.byteLength(key!)} bytes, fewer than any key that providers issue`
      throw new ConfigurationError(code, `${what}; copy all of it`)
    }
    if (code === 'CONFIG_SECRET_PLACEHOLDER') {
      throw new ConfigurationError(code, `${option} looks like a placeholder; use the key from the provider`)
    }
    throw error
  }
}
