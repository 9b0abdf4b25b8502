/** Refuses options in the wrong place: a `network` that is ignored silently protects nothing. */
import { ConfigurationError } from '../errors.js'
import { rejectUnknown } from '../lib/reject-unknown.js'

/**
 * Throws for names that do not exist in this place, and names the right place if there is one.
 *
 * @param places names that belong to other places, by a description of the place
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
