/** The text of `--help` and the options for `parseArgs`, from one list so that they agree. */
import type { Command, Values } from './command.js'
import { secretsHelp } from './credentials.js'
import { fold, foldRow } from './fold.js'
import { STORE_VARIABLE } from './on-store.js'

interface OptionInfo {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  readonly multiple?: boolean
  readonly value?: string
  readonly text: string
}

export const OPTIONS: Readonly<Record<keyof Values, OptionInfo>> = {
  state: { type: 'string', value: 'state', text: 'processing, done, failed, quarantined or replay_requested' },
  provider: { type: 'string', value: 'name', text: 'only of this provider' },
  code: { type: 'string', value: 'CODE', text: 'only deliveries that were quarantined for this reason' },
  payment: {
    type: 'string',
    multiple: true,
    value: 'id',
    text: 'only about this payment, by the name that the provider gives it',
  },
  refund: {
    type: 'string',
    multiple: true,
    value: 'id',
    text: 'about the refund of an earlier send, by the name that was printed',
  },
  since: {
    type: 'string',
    value: 'time',
    text: 'only what came since then: a time in ISO 8601, or 30s, 90m, 24h, 7d ago',
  },
  limit: { type: 'string', value: 'n', text: 'at most this many (20)' },
  all: { type: 'boolean', text: 'everything quarantined' },
  yes: { type: 'boolean', text: 'do it without asking' },
  wait: { type: 'string', value: 'seconds', text: 'how long to wait for the shop (30); 0 does not wait' },
  body: { type: 'boolean', text: 'print the raw body, which may hold customer data' },
  url: { type: 'string', value: 'url', text: 'where the webhook is mounted: https, or http on this machine' },
  set: {
    type: 'string',
    multiple: true,
    value: 'path=value',
    text: 'another value, such as data.amount=40; path:=json for another type, or another field',
  },
  order: {
    type: 'string',
    multiple: true,
    value: 'id',
    text: 'an order of the shop, made for this (ORDER-1001); three, if an order can be paid only once',
  },
  effects: { type: 'string', value: 'url', text: 'an address of the shop that answers the number of effects so far' },
  times: { type: 'string', value: 'n', text: 'deliver the same event n times, one after the other: 1 to 20' },
  twice: { type: 'boolean', text: 'the same as --times 2' },
  forged: { type: 'boolean', text: 'with a spoiled signature or token: the shop has to refuse it' },
  indented: { type: 'boolean', text: 'with other white space, and the signature of that' },
  test: { type: 'boolean', text: "of test mode, for a shop whose provider has mode: 'test'" },
  timestamped: { type: 'boolean', text: 'sign as a provider with a timestamped mode does in that mode' },
  'secret-stdin': { type: 'boolean', text: 'read the secret from standard input instead' },
  store: { type: 'string', value: 'url', text: `sqlite:<file>, postgres://... or redis://... (${STORE_VARIABLE})` },
  table: { type: 'string', value: 'name', text: 'the table, if the shop does not use the default' },
  prefix: {
    type: 'string',
    value: 'name',
    text: 'the prefix of the Redis keys, if the shop does not use the default',
  },
  'key-prefix': {
    type: 'string',
    value: 'text',
    text: "the text before every Redis key, if the shop's ioredis has the option keyPrefix",
  },
  unchecked: {
    type: 'boolean',
    text: 'take a secret that is short or looks like a placeholder; the shop has to skip the check as well',
  },
  account: { type: 'string', value: 'name', text: 'the account, if the shop has several with one provider' },
  adopt: { type: 'boolean', text: 'mark listed events as known, and run no handler' },
  json: { type: 'boolean', text: 'print JSON' },
  help: { type: 'boolean', short: 'h', text: 'print this' },
}

export const COMMON = ['json', 'help'] as const satisfies readonly (keyof Values)[]

const NAME = 'express-payment-webhooks'

const EXIT_CODES = `Exit codes: 0 all fine; 1 something needs attention; 2 wrong usage; 3 no such store, or nobody answers.`

const FLAG_WIDTH = 27
const COMMAND_WIDTH = 13

/** @param width of the help's lines */
export function overview(commands: Readonly<Record<string, Command>>, width: number): string {
  const lines = Object.entries(commands).map(([name, { summary }]) =>
    foldRow(`  ${name}`, summary, COMMAND_WIDTH, width),
  )
  return `Usage: ${NAME} <command> [options]

${lines.join('\n')}

Options of all commands:
${listed(COMMON, width)}
${foldRow('      --version', 'print the version', FLAG_WIDTH, width)}

${fold(`${EXIT_CODES}\n\n${STORES}\n\n${COLOURS}`, width).replaceAll('\n\n', '\n')}`
}

const STORES =
  'Stores are read with the client (libsql, better-sqlite3, pg, ioredis, redis) of the project in which it is run.'
const COLOURS = 'Terminals get colours: NO_COLOR=1 turns them off, FORCE_COLOR=1 turns them on everywhere.'

/** @param width of the help's lines */
export function helpFor(
  name: string,
  { summary, usage, options, notes, secrets, details }: Command,
  width: number,
): string {
  const parts = [
    foldRow(`Usage: ${NAME} ${name}`, usage, NAME.length + name.length + 9, width),
    fold(summary, width),
    listed([...options, ...COMMON], width, notes),
    secrets && secretsHelp(secrets, width),
    details && fold(details, width),
    fold(EXIT_CODES, width),
  ]
  return parts.filter((part) => part !== undefined).join('\n\n')
}

function listed(names: readonly (keyof Values)[], width: number, notes: Command['notes'] = {}): string {
  return names
    .map((name) => {
      const { short, value, text } = OPTIONS[name]
      const flag = `${short === undefined ? '   ' : `-${short},`} --${name}${value === undefined ? '' : ` <${value}>`}`
      return foldRow(`  ${flag}`, notes[name] ?? text, FLAG_WIDTH, width)
    })
    .join('\n')
}
