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
  provider: { type: 'string', value: 'name', text: 'only events and deliveries of this provider' },
  code: { type: 'string', value: 'CODE', text: 'only deliveries that were quarantined with this code' },
  payment: {
    type: 'string',
    multiple: true,
    value: 'id',
    text: "only events of this payment: the provider's id of it",
  },
  refund: {
    type: 'string',
    multiple: true,
    value: 'id',
    text: "the refund's id, as an earlier send printed it",
  },
  since: {
    type: 'string',
    value: 'time',
    text: 'only what was received after this time: ISO 8601, or 30s, 90m, 24h or 7d ago',
  },
  limit: { type: 'string', value: 'n', text: 'print at most n records (20)' },
  all: { type: 'boolean', text: 'everything quarantined' },
  yes: { type: 'boolean', text: 'do not ask for confirmation' },
  wait: { type: 'string', value: 'seconds', text: 'how long to wait for the shop (30); 0 does not wait' },
  body: { type: 'boolean', text: 'print the raw body, which may contain customer data' },
  url: { type: 'string', value: 'url', text: 'where the webhook is mounted: https, or http on this machine' },
  set: {
    type: 'string',
    multiple: true,
    value: 'path=value',
    text: 'change a field of the sample, such as data.amount=40; with path:=json, also its type, or add a field',
  },
  order: {
    type: 'string',
    multiple: true,
    value: 'id',
    text: 'a test order in the shop (ORDER-1001); give three if an order can be paid only once',
  },
  effects: { type: 'string', value: 'url', text: 'an address of the shop that returns the number of effects so far' },
  times: { type: 'string', value: 'n', text: 'deliver the same event n times in a row, 1 to 20' },
  twice: { type: 'boolean', text: 'the same as --times 2' },
  forged: { type: 'boolean', text: 'spoil the signature or token: the shop has to refuse it' },
  indented: { type: 'boolean', text: 'send the JSON indented, and sign it like that' },
  test: { type: 'boolean', text: "send a test mode event, for a shop with mode: 'test'" },
  timestamped: { type: 'boolean', text: 'sign in the timestamped mode, if the provider has one' },
  'secret-stdin': { type: 'boolean', text: 'read the secret from standard input' },
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
    text: 'allow a secret that is short or looks like a placeholder; the shop has to allow it as well',
  },
  account: { type: 'string', value: 'name', text: 'the account, if the shop has several accounts with one provider' },
  adopt: { type: 'boolean', text: 'mark the listed events as known without running a handler' },
  json: { type: 'boolean', text: 'print JSON' },
  help: { type: 'boolean', short: 'h', text: 'print this help' },
}

export const COMMON = ['json', 'help'] as const satisfies readonly (keyof Values)[]

const NAME = 'express-payment-webhooks'

const EXIT_CODES = `Exit codes: 0 success; 1 something needs attention; 2 wrong usage; 3 store not found, or no answer.`

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
  'The command opens a store with the database client of the project in the current folder: libsql, better-sqlite3, pg, ioredis or redis.'
const COLOURS =
  'The output has colours on a terminal. NO_COLOR=1 turns them off; FORCE_COLOR=1 turns them on everywhere.'

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
