/** Accounts at providers, each with the shop's secret. They sign as the provider does. */
import { ConfigurationError, PAGES } from '../errors.js'
import { accountOf, SAMPLE_PROVIDERS } from '../testing/sample.js'
import type { Signer } from '../testing/samples/account.js'
import { usageError, type Values } from './command.js'
import { credentialsOf, namingSource, readOptions, uncheckedHint, type Credentials } from './credentials.js'
import type { Io } from './io.js'

/** An account at a provider, read from the environment. */
export interface Account {
  /** The proofs of a delivery, by the names that an operator knows. */
  readonly credentials: Credentials
  /** Adds the fields that name the account to a payload. */
  readonly own: (payload: object) => object
  /** Signs as the provider does, also with another secret or at another time. */
  readonly signer: (otherwise?: { readonly secret?: string; readonly now?: () => number }) => Signer
  /** The same account in the other mode. @default none: events contain no mode, or the secret is valid in one mode only */
  readonly inOtherMode?: Account
}

/** Conditions other than a secret that the shop must meet to accept the delivery, or to count it as a payment. */
export function needsOf(name: string, sample: string): readonly string[] {
  const { testKeys, readBack } = accountOf(name, sample)
  const needs: string[] = []
  if (testKeys !== undefined) needs.push(`signed with test keys: the shop accepts it if it has testKeys: ${testKeys}`)
  if (readBack !== undefined) {
    const { asks, unknown, instead } = readBack
    needs.push(
      `the shop reads back what this names: it asks ${asks}, and the ids of a sample are made up. There ${unknown}. To see the payment arrive, give the shop under test ${instead} of its own, whose answer decides the order and the amount, whatever is sent: ${PAGES}/providers/${name}.md#testing`,
    )
  }
  return needs
}

/**
 * @param sample the sample's name, because some samples are signed in another way
 * @throws CommandError when a secret is missing or unusable
 */
export async function openAccount(name: string, values: Values, io: Io, sample?: string): Promise<Account> {
  const account = accountOf(name, sample)
  const make = await account.load()
  const options = await readOptions(account, values, io)
  const { own = (payload: object) => payload, secret: secretOption, inTestMode } = account
  const credentials = credentialsOf(account, options, values)
  const inMode = (testMode: boolean): Account => ({
    credentials,
    own(payload) {
      const owned = own(payload, options)
      if (!testMode || inTestMode === undefined) return owned
      return JSON.parse(JSON.stringify(owned), (name, value: unknown) => inTestMode(name, value)) as object
    },
    signer: ({ secret, now = Date.now } = {}) =>
      make({
        options: secret === undefined || secretOption === null ? options : { ...options, [secretOption]: secret },
        timestamped: values.timestamped === true,
        testMode,
        now,
      }),
  })
  const testMode = values.test === true
  const opened = inMode(testMode)
  const problem = problemOf(opened)
  if (problem !== undefined) {
    const message = namingSource(problem, account, values)
    throw usageError(uncheckedHint(message).replace("mode is 'live'", 'the sample of live mode: pass --test'))
  }
  const other = inTestMode === undefined ? undefined : inMode(!testMode)
  return other === undefined || problemOf(other) !== undefined ? opened : { ...opened, inOtherMode: other }
}

/** The reason why the account cannot sign; undefined if it can. */
function problemOf({ signer }: Account): string | undefined {
  try {
    signer()
    return undefined
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.message
  }
}

/** A note on an accepted sample, for a newcomer with test keys; undefined if the sample contains no mode. */
export function modeNote(name: string, { test = false }: Values, sample?: string): string | undefined {
  if (test || accountOf(name, sample).inTestMode === undefined) return undefined
  return "the sample is of live mode, which a shop whose provider has mode: 'test' accepts, but not as money: for it, add --test"
}

/** The fix for a shop of the other mode; undefined if samples contain no mode. */
export function otherModeOf(name: string, { test = false }: Values): string | undefined {
  if (accountOf(name).inTestMode === undefined) return undefined
  return test
    ? "leave --test out unless the shop's provider has mode: 'test'"
    : "add --test if the shop's provider has mode: 'test'"
}

/** @throws CommandError when the provider has no such mode */
export function checkAccount(name: string, { timestamped = false, test = false }: Values): void {
  const { signsTime, inTestMode } = accountOf(name)
  if (test && inTestMode === undefined) {
    const able = SAMPLE_PROVIDERS.filter((one) => accountOf(one).inTestMode !== undefined)
    throw usageError(`--test is for ${able.join(', ')}: events of ${name} say nothing of a mode`)
  }
  if (!timestamped || signsTime === 'timestamped') return
  const able = SAMPLE_PROVIDERS.filter((one) => accountOf(one).signsTime === 'timestamped')
  throw usageError(`--timestamped is for ${able.join(', ')}, and ${name} has no such mode`)
}
