/** The shop's secrets and other proofs of a delivery: read from the environment, with the names that the operator knows. */
import { text } from 'node:stream/consumers'
import { accountOf } from '../testing/sample.js'
import type { AccountValues, SampleAccount } from '../testing/samples/account.js'
import { usageError, type Values } from './command.js'
import { fold, foldRow } from './fold.js'
import type { Io } from './io.js'

/** The environment variables from which the values of options come. */
type Sources = Pick<SampleAccount, 'options' | 'optional' | 'secret' | 'secondSecret' | 'otherKind'>

/** The proofs of a delivery, by the names of their variables. */
export interface Credentials {
  /** The proofs that were given, the secret first. */
  readonly given: readonly string[]
  /** Further proofs that some shops require, and that were not given. */
  readonly missing: readonly string[]
}

const NAME_WIDTH = 23

/** The help on secrets. A secret is never an argument, because shells keep arguments and the list of processes shows them. */
export function secretsHelp(providers: readonly string[], width: number): string {
  const lines = providers.flatMap((name) => {
    const { options, optional = {} } = accountOf(name)
    const variables = [...Object.values(options), ...Object.values(optional).map((variable) => `[${variable}]`)]
    return variables.length === 0 ? [] : foldRow(`  ${name}`, variables.join(', '), NAME_WIDTH, width)
  })
  const head = 'Secrets are read from these environment variables. Those in brackets are optional:'
  return `${fold(head, width)}\n${lines.join('\n')}`
}

/** @throws CommandError when a variable is not set */
export async function readOptions(account: Sources, values: Values, io: Io): Promise<AccountValues['options']> {
  const { secret, secondSecret, otherKind, optional = {} } = account
  const options: Record<string, string> = {}
  for (const [option, variable] of Object.entries(account.options)) {
    options[option] =
      option === secret
        ? secretOption(await readSecret(variable, otherKind, values, io), values)
        : valueOf(io.env, variable, '')
  }
  for (const [option, variable] of Object.entries(optional)) {
    const value = io.env[variable] ?? ''
    if (value !== '') options[option] = option === secondSecret ? secretOption(value, values) : value
  }
  return options
}

/** @param options the options as `readOptions` returned them */
export function credentialsOf(sources: Sources, options: AccountValues['options'], values: Values): Credentials {
  const { secret, optional = {} } = sources
  const sourceOf = (option: string) => (option === secret ? secretSource(sources, values) : allOf(sources)[option]!)
  const given = Object.keys(options).sort((one, another) => Number(another === secret) - Number(one === secret))
  const missing = Object.keys(optional).filter((option) => !Object.hasOwn(options, option))
  return { given: given.map(sourceOf), missing: missing.map(sourceOf) }
}

/** The fix for a delivery that the shop refused as not authentic. */
export function comparison({ given: [secret = 'the secret', ...more], missing }: Credentials): string {
  const compare =
    more.length === 0
      ? `compare the shop's secret with ${secret}`
      : `compare what the shop has with ${[secret, ...more].join(', ')}`
  if (missing.length === 0) return compare
  return `${compare}; a shop that asks for ${missing.join(' and ')} as well refuses what comes without, and ${missing.length === 1 ? 'it is' : 'they are'} not set here`
}

/** Replaces an option of the code by the flag of the command. */
export function uncheckedHint(message: string): string {
  return message.replace(/skip the check: \{.*?\}/, 'pass --unchecked')
}

/** Replaces the option's name in a provider's message by the source of its value, which the operator knows. */
export function namingSource(message: string, sources: Sources, values: Values): string {
  return message.replace(/^(?:\w+: )?([\w.]+)/, (whole, option: string) =>
    option === sources.secret ? secretSource(sources, values) : (allOf(sources)[option] ?? whole),
  )
}

function allOf({ options, optional }: Sources): Readonly<Record<string, string>> {
  return { ...optional, ...options }
}

/** The source of the secret, in words. */
function secretSource({ options, secret }: Sources, values: Values): string {
  if (values['secret-stdin'] === true) return 'the secret on standard input'
  return (secret === null ? undefined : options[secret]) ?? 'the secret'
}

/**
 * Providers take a checked secret as a string, and an unchecked one as an object. Accounts declare only the string, because
 * they pass the value on without looking at it.
 */
function secretOption(value: string, { unchecked = false }: Values): string {
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
