/** The secrets of the shop, and what else proves a delivery: read from the environment, and named as the operator knows it. */
import { text } from 'node:stream/consumers'
import { accountOf } from '../testing/sample.js'
import type { AccountValues, SampleAccount } from '../testing/samples/account.js'
import { usageError, type Values } from './command.js'
import { fold, foldRow } from './fold.js'
import type { Io } from './io.js'

/** Where the values of options come from. */
type Sources = Pick<SampleAccount, 'options' | 'optional' | 'secret' | 'secondSecret' | 'otherKind'>

/** What proves a delivery, by the names of the variables. */
export interface Credentials {
  /** What was given: the secret first. */
  readonly given: readonly string[]
  /** What some shops ask for as well, and was not given. */
  readonly missing: readonly string[]
}

const NAME_WIDTH = 23

/** For the help. A secret is never an argument, because shells keep arguments and the list of processes shows them. */
export function secretsHelp(providers: readonly string[], width: number): string {
  const lines = providers.flatMap((name) => {
    const { options, optional = {} } = accountOf(name)
    const variables = [...Object.values(options), ...Object.values(optional).map((variable) => `[${variable}]`)]
    return variables.length === 0 ? [] : foldRow(`  ${name}`, variables.join(', '), NAME_WIDTH, width)
  })
  const head = 'Secrets come from the environment; those in brackets are for shops that ask for them:'
  return `${fold(head, width)}\n${lines.join('\n')}`
}

/** @throws CommandError for one that is not set */
export async function readOptions(account: Sources, values: Values, io: Io): Promise<AccountValues['options']> {
  const { secret, secondSecret, otherKind, optional = {} } = account
  const options: Record<string, string> = {}
  for (const [option, variable] of Object.entries(account.options)) {
    options[option] =
      option === secret
        ? insisted(await readSecret(variable, otherKind, values, io), values)
        : valueOf(io.env, variable, '')
  }
  for (const [option, variable] of Object.entries(optional)) {
    const value = io.env[variable] ?? ''
    if (value !== '') options[option] = option === secondSecret ? insisted(value, values) : value
  }
  return options
}

/** @param options as they were read */
export function credentialsOf(sources: Sources, options: AccountValues['options'], values: Values): Credentials {
  const { secret, optional = {} } = sources
  const sourceOf = (option: string) => (option === secret ? secretSource(sources, values) : allOf(sources)[option]!)
  const given = Object.keys(options).sort((one, another) => Number(another === secret) - Number(one === secret))
  const missing = Object.keys(optional).filter((option) => !Object.hasOwn(options, option))
  return { given: given.map(sourceOf), missing: missing.map(sourceOf) }
}

/** What to do where a delivery was refused as not authentic. */
export function comparison({ given: [secret = 'the secret', ...more], missing }: Credentials): string {
  const compare =
    more.length === 0
      ? `compare the shop's secret with ${secret}`
      : `compare what the shop has with ${[secret, ...more].join(', ')}`
  if (missing.length === 0) return compare
  return `${compare}; a shop that asks for ${missing.join(' and ')} as well refuses what comes without, and ${missing.length === 1 ? 'it is' : 'they are'} not set here`
}

/** An option of the code, as the command has it. */
export function uncheckedHint(message: string): string {
  return message.replace(/insist on it: \{.*?\}/, 'pass --unchecked')
}

/** The message of a provider names its option. An operator knows the source of the value instead. */
export function namingSource(message: string, sources: Sources, values: Values): string {
  return message.replace(/^(?:\w+: )?([\w.]+)/, (whole, option: string) =>
    option === sources.secret ? secretSource(sources, values) : (allOf(sources)[option] ?? whole),
  )
}

function allOf({ options, optional }: Sources): Readonly<Record<string, string>> {
  return { ...optional, ...options }
}

/** Where the secret was read, for people. */
function secretSource({ options, secret }: Sources, values: Values): string {
  if (values['secret-stdin'] === true) return 'the secret on standard input'
  return (secret === null ? undefined : options[secret]) ?? 'the secret'
}

/** Providers take a secret as a text, and one that is insisted on as an object. */
function insisted(value: string, { unchecked = false }: Values): string {
  return unchecked ? ({ value, unchecked: true } as unknown as string) : value
}

async function readSecret(name: string, otherKind: string | undefined, values: Values, io: Io): Promise<string> {
  if (values['secret-stdin'] !== true) {
    const hint = otherKind === undefined ? '' : `. ${otherKind}`
    return valueOf(io.env, name, `, or pipe the secret in with --secret-stdin${hint}`)
  }
  const { stdin } = io
  if (stdin.isTTY === true)
    throw usageError('--secret-stdin reads the secret from a pipe, so that no terminal shows it')
  return (await text(stdin)).replace(/\r?\n$/, '')
}

function valueOf(env: Io['env'], name: string, otherwise: string): string {
  const value = env[name] ?? ''
  if (value === '') throw usageError(`${name} is not set: set it${otherwise}`)
  return value
}
