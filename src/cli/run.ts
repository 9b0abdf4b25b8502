/** Runs one command line. Everything that it reads and writes is passed in. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { didYouMean } from '../lib/did-you-mean.js'
import { CommandError, EXIT, usageError, type Command, type Values } from './command.js'
import { messageOf } from './connection-error.js'
import { doctor } from './doctor.js'
import { events } from './events.js'
import { forward } from './forward.js'
import { COMMON, helpFor, OPTIONS, overview } from './help.js'
import type { Io } from './io.js'
import { STORE_VARIABLE } from './on-store.js'
import { note, printText } from './output.js'
import { redact, withoutUrls } from './redact.js'
import { reconcile } from './reconcile.js'
import { replay } from './replay.js'
import { samples } from './samples.js'
import { send } from './send.js'
import { show } from './show.js'

const COMMANDS: Readonly<Record<string, Command>> = { events, show, replay, reconcile, send, samples, doctor, forward }

/** Returns the exit code. Prints every error, and throws none. */
export async function run([name, ...rest]: readonly string[], io: Io): Promise<number> {
  let storeUrl = io.env[STORE_VARIABLE]
  const say = (text: string) => {
    printText(io, text)
    return EXIT.ok
  }
  try {
    if (name === '--version') return say(version())
    if (name === '--help' || name === '-h') return say(overview(COMMANDS))
    const command = commandOf(name)
    const { values, operands } = parsed(command, rest)
    if (values.help === true) return say(helpFor(name!, command))
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

function commandOf(name: string | undefined): Command {
  if (name === undefined) throw usageError(overview(COMMANDS))
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name]!
  throw usageError(`there is no command ${JSON.stringify(name)}.${didYouMean(name, Object.keys(COMMANDS))}`)
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
    throw usageError(messageOf(error))
  }
}

function typeOf(name: keyof Values) {
  const { type, short, multiple = false } = OPTIONS[name]
  return { type, multiple, ...(short !== undefined && { short }) }
}

/** Keys are digests, and one in 64 begins with a dash. */
function isKey(arg: string): boolean {
  return /^-[\w-]{42}$/.test(arg)
}

/** The nearest manifest with a version has it: the build has a small manifest of its own. */
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
