/** What somebody meant who gave an id as an option, or an option without its name: the line to type instead. */

/** By the name of an option that a command does not have: the command line with its value in the right place. */
export type Misplaced = Readonly<Record<string, (value: string) => string>>

/** As `show` takes it. */
export function asId(command: string): Misplaced {
  const line = (id: string) => `${command} ${id}`
  return { id: line, event: line, key: line, order: line, payment: line }
}

/** @param flag as it was typed, such as `--order` */
export function rightPlace(flag: string, args: readonly string[], misplaced: Misplaced = {}): string | undefined {
  const name = flag.replace(/^--/, '')
  if (!Object.hasOwn(misplaced, name)) return undefined
  return misplaced[name]!(quoted(valueOf(flag, args) ?? '...'))
}

function valueOf(flag: string, args: readonly string[]): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${flag}=`))
  if (joined !== undefined) return joined.slice(flag.length + 1)
  return args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined
}

/** For a shell, where it has to be. */
export function quoted(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** True for an operand that can only be the value of `--url` or `--to`. */
export function looksLikeUrl(text: string | undefined): text is string {
  return text !== undefined && /^https?:\/\//.test(text)
}
