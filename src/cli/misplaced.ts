/** Suggests the line to type, if the user gave an id as an option or left out an option's name. */
import { SAMPLE_PROVIDERS } from '../testing/sample.js'

/** For each option that a command does not have: builds the command line with the value in the right place. */
export type Misplaced = Readonly<Record<string, (value: string, args: readonly string[]) => string>>

/** The id as the operand of `show`. */
export function asId(command: string): Misplaced {
  const line = (id: string) => `${command} ${id}`
  return { id: line, event: line, key: line, order: line, payment: line }
}

const OPERANDS = { send: '<provider> <event>', doctor: '<provider>', forward: '<provider>' }

/** Commands that send something to an endpoint in a provider's name. */
export type Delivering = keyof typeof OPERANDS

export function asDelivery(command: Delivering): Misplaced {
  const line = (_value: string, args: readonly string[]) => deliveryLine(command, args)
  return { provider: line, event: line, to: line, endpoint: line, webhook: line }
}

/** The command line with every typed word in its place, and placeholders for missing parts. */
export function deliveryLine(command: Delivering, args: readonly string[]): string {
  const words = args.flatMap((arg, at) => wordsIn(arg, args[at - 1]))
  const isProvider = (word: string) => SAMPLE_PROVIDERS.some((name) => name === word)
  const url = words.find(looksLikeUrl) ?? '<url>'
  const provider = words.find(isProvider) ?? '<provider>'
  const event = words.find((word) => !looksLikeUrl(word) && !isProvider(word))
  const operands = OPERANDS[command].replace('<provider>', provider)
  return `${command} ${event === undefined ? operands : operands.replace('<event>', quoted(event))} --url ${quotedUrl(url)}`
}

/** The operands, and the values of the options that the user probably meant. Values of other options do not name a target. */
function wordsIn(arg: string, before = ''): readonly string[] {
  const isMeant = (flag: string) => /^--(provider|event|url|to|endpoint|webhook)$/.test(flag)
  const [flag = '', ...value] = arg.split('=')
  if (arg.startsWith('-')) return isMeant(flag) && value.length > 0 ? [value.join('=')] : []
  return before.startsWith('--') && !before.includes('=') && !isMeant(before) ? [] : [arg]
}

function quotedUrl(url: string): string {
  return url === '<url>' ? url : quoted(url)
}

/** @param flag the option as the user typed it, such as `--order` */
export function rightPlace(flag: string, args: readonly string[], misplaced: Misplaced = {}): string | undefined {
  const name = flag.replace(/^--/, '')
  if (!Object.hasOwn(misplaced, name)) return undefined
  return misplaced[name]!(quoted(valueOf(flag, args) ?? '...'), args)
}

function valueOf(flag: string, args: readonly string[]): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${flag}=`))
  if (joined !== undefined) return joined.slice(flag.length + 1)
  return args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined
}

/** Quotes a text for a shell, if necessary. */
export function quoted(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** True for an operand that can only be the value of `--url`. */
export function looksLikeUrl(text: string | undefined): text is string {
  return text !== undefined && /^https?:\/\//.test(text)
}
