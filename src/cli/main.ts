#!/usr/bin/env node
/** The command: what came in, what was kept and why, have it run again; and what senders would do to a running shop. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { didYouMean } from '../lib/did-you-mean.js'
import { CommandError, EXIT, reason, usageError, type Command, type Invocation, type Values } from './command.js'
import { STORE_VARIABLE } from './connect.js'
import { doctor } from './doctor.js'
import { events } from './events.js'
import { COMMON, helpFor, OPTIONS, overview } from './help.js'
import { note, printText } from './output.js'
import { redact } from './redact.js'
import { replay } from './replay.js'
import { samples } from './samples.js'
import { send } from './send.js'
import { show } from './show.js'

const COMMANDS: Readonly<Record<string, Command>> = { events, show, replay, send, samples, doctor }

/** How long a client may take to hang up once everything is said. */
const LINGER_MS = 2000

// Whoever reads the output may stop early, as `head` does.
process.stdout.on('error', () => process.exit())
process.exitCode = await main(process.argv.slice(2))
setTimeout(() => process.exit(), LINGER_MS).unref()

async function main([name, ...rest]: readonly string[]): Promise<number> {
  let storeUrl = process.env[STORE_VARIABLE]
  try {
    if (name === '--version') return say(version())
    if (name === '--help' || name === '-h') return say(overview(COMMANDS))
    if (name === undefined) throw usageError(overview(COMMANDS))
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (command === undefined)
      throw usageError(`there is no command ${JSON.stringify(name)}.${didYouMean(name, Object.keys(COMMANDS))}`)
    const { values, operands } = parsed(command, rest)
    if (values.help === true) return say(helpFor(name, command))
    storeUrl = values.store ?? storeUrl
    command.check(operands, values)
    return await command.run({ operands, values })
  } catch (error) {
    note(redact(reason(error), storeUrl))
    return error instanceof CommandError ? error.exitCode : EXIT.attention
  }
}

function parsed(command: Command, args: readonly string[]): Invocation {
  const names = [...command.options, ...COMMON]
  const options = Object.fromEntries(names.map((name) => [name, withoutHelp(name)]))
  try {
    const { values, positionals } = parseArgs({
      args: args.filter((arg) => !isKey(arg)),
      options,
      allowPositionals: true,
    })
    return { values, operands: [...positionals, ...args.filter(isKey)] }
  } catch (error) {
    throw usageError(reason(error))
  }
}

function withoutHelp(name: keyof Values) {
  const { type, short, multiple = false } = OPTIONS[name]
  return { type, multiple, ...(short !== undefined && { short }) }
}

/** Keys are digests, and one in 64 begins with a dash. */
function isKey(arg: string): boolean {
  return /^-[\w-]{42}$/.test(arg)
}

function say(text: string): number {
  printText(text)
  return EXIT.ok
}

/** Of the nearest manifest that has one: the build has a small manifest of its own. */
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
