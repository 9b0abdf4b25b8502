import { didYouMean } from './did-you-mean.js'
import { ConfigurationError } from '../errors.js'

/** Throws for unknown option names, and suggests the most similar name. */
export function rejectUnknown(where: string, options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError(
      'CONFIG_OPTION_INVALID',
      `${where}: options must be an object with ${names.join(', ')}`,
    )
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue
    throw new ConfigurationError(
      'CONFIG_OPTION_UNKNOWN',
      `${where}: unknown option ${JSON.stringify(name)}.${didYouMean(name, names)}`,
    )
  }
}
