/** What a shop gives to a function has to be where it is looked for: lost without a word, a `network` is no `network`. */
import { ConfigurationError } from '../errors.js'
import { rejectUnknown } from '../lib/reject-unknown.js'

/**
 * Throws for names that do not exist where they stand, with the place that they belong to, if there is one.
 *
 * @param places names of other places, by where that is
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 */
export function rejectMisplaced(
  where: string,
  options: object,
  names: readonly string[],
  places: Readonly<Record<string, readonly string[]>>,
): void {
  for (const name of Object.keys(options ?? {})) {
    const [place] = Object.entries(places).find(([, those]) => those.includes(name)) ?? []
    if (place === undefined || names.includes(name)) continue
    throw new ConfigurationError(
      'CONFIG_OPTION_UNKNOWN',
      `${where}: unknown option ${JSON.stringify(name)}. It belongs ${place}.`,
    )
  }
  rejectUnknown(where, options, names)
}
