/** Runs one command line. The caller passes everything that it reads and writes. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { didYouMean } from '../lib/did-you-mean.js'
import { CommandError, EXIT, usageError, type Command, type Values } from './command.js'
import { messageOf } from './connection-error.js'
import { dismiss } from './dismiss.js'
import { doctor } from './doctor.js'
import { events } from './events.js'
import { widthOf } from './fold.js'
import { forward } from './forward.js'
import { COMMON, helpFor, OPTIONS, overview } from './help.js'
import type { Io } from './io.js'
import { rightPlace } from './misplaced.js'
import { STORE_VARIABLE } from './on-store.js'
import { note, printText } from './output.js'
import { redact, withoutUrls } from './redact.js'
import { reconcile } from './reconcile.js'
import { replay } from './replay.js'
import { samples } from './samples.js'
import { send } from './send.js'
import { show } from './show.js'

const COMMANDS: Readonly<Record<string, Command>> = {
  events,
  show,
  replay,
  dismiss,
  reconcile,
  send,
  samples,
  doctor,
  forward,
}

/** Returns the exit code. Prints every error and throws none. */
export async function run([name, ...rest]: readonly string[], io: Io): Promise<number> {
  let storeUrl = io.env[STORE_VARIABLE]
  const say = (text: string) => {
    printText(io, text)
    return EXIT.ok
  }
  const width = widthOf(io.stdout)
  try {
    if (name === '--version') return say(version())
    if (name === '--help' || name === '-h') return say(overview(COMMANDS, width))
    if (name === 'help') return say(rest[0] === undefined ? overview(COMMANDS, width) : helpOn(rest[0], width))
    if (name === undefined) throw usageError(overview(COMMANDS, width))
    const command = commandOf(name)
    const { values, operands } = parsed(command, rest)
    if (values.help === true) return say(helpOn(name, width))
    storeUrl = values.store ?? storeUrl
    command.check(operands, values)
    return await command.run({ operands, values, io })
  } catch (error) {
    if (error instanceof CommandError) {
      note(io, withoutUrls(error.message))
      return error.exitCode
    }
    note(io, redact(messageOf(error), storeUrl))
    return EXIT.attention
  }
}

function helpOn(name: string, width: number): string {
  return helpFor(name, commandOf(name), width)
}

function commandOf(name: string): Command {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name]!
  if (name.startsWith('-')) {
    throw usageError(`a command comes first, and then its options: ${Object.keys(COMMANDS).join(', ')}, or --help`)
  }
  throw usageError(
    `there is no command ${JSON.stringify(name)}.${didYouMean(name, [...Object.keys(COMMANDS), 'help'])}`,
  )
}

function parsed(command: Command, args: readonly string[]): { values: Values; operands: readonly string[] } {
  const names = [...command.options, ...COMMON]
  const options = Object.fromEntries(names.map((name) => [name, typeOf(name)]))
  try {
    const { values, positionals } = parseArgs({
      args: args.filter((arg) => !isKey(arg)),
      options,
      allowPositionals: true,
    })
    return { values, operands: [...positionals, ...args.filter(isKey)] }
  } catch (error) {
    throw usageError(flagProblem(error as Error & { code?: string }, names, args, command))
  }
}

/** Describes a wrong option to the user who typed it. Node's message is for the developer who declares options. */
function flagProblem(
  { code, message }: Error & { code?: string },
  names: readonly (keyof Values)[],
  args: readonly string[],
  { misplaced }: Command,
): string {
  const flag = /'(?:-\w, )?(-{1,2}[^' ]*)/.exec(message)?.[1] ?? ''
  const name = names.find((one) => `--${one}` === flag)
  const flags = names.map((one) => `--${one}`)
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const line = rightPlace(flag, args, misplaced)
    const advice = line === undefined ? didYouMean(flag, flags) : ` Write: ${line}`
    return `there is no option ${JSON.stringify(flag)} here.${advice}`
  }
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' || name === undefined) return message
  const { value } = OPTIONS[name]
  if (value === undefined) return `${flag} takes no value`
  return `${flag} takes a value: ${flag} <${value}>. One that begins with a dash is written ${flag}=-...`
}

function typeOf(name: keyof Values) {
  const { type, short, multiple = false } = OPTIONS[name]
  return { type, multiple, ...(short !== undefined && { short }) }
}

/** A key is a digest, and one key in 64 begins with a dash. */
function isKey(arg: string): boolean {
  return /^-[\w-]{42}$/.test(arg)
}

/** Reads the nearest manifest that has a version: the build has a small manifest of its own. */
function version(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const found = versionIn(folder)
    if (found !== undefined) return found
  }
}

function versionIn(folder: URL): string | undefined {
  try {
    return (JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { version?: string }).version
  } catch (error) {
    if (folder.pathname === '/') throw error
    return undefined
  }
}
