/** The decisions that a shop may make about the lifecycle of its orders. */
import { Big } from 'big.js'
import { ConfigurationError } from '../errors.js'
import { DECIMAL_LIMITS, toDecimal } from '../money.js'
import { namesWith, type Aliases, type Names } from './names.js'
import { rejectMisplaced } from './reject-misplaced.js'

const DAY = 24 * 60 * 60 * 1000

export interface SettlePolicy {
  /**
   * How much may be missing from the price of a confirmed order: an amount in its currency, or a share of the price
   * such as `'0.5%'`, which is computed exactly.
   * @default '0'
   */
  readonly tolerance?: string | undefined
  /** The result of overpayment; `excess` contains the amount. @default 'confirm' */
  readonly overpayment?: 'confirm' | 'review' | undefined
  /** The result for an order that is paid in full with money seen only after its deadline. @default 'review' */
  readonly latePayment?: 'confirm' | 'review' | undefined
  /**
   * How many confirmations make a transaction final. Null relies on the provider's verdict. 0 accepts money that was
   * merely detected, including payment requests. If the number is higher than the provider waits for, the order stays at
   * `payment_detected` until an event reports as many. A confirmed transaction without a count is final.
   * @default null
   */
  readonly confirmations?: number | null | undefined
  /** How long after the deadline seen money may take to become final, in milliseconds. @default 24 hours */
  readonly confirmWithinMs?: number | undefined
  /**
   * When the shop ships. `'authorized'` is for shops that ship first and capture then, as Klarna requires: ship by
   * `update.firstAuthorized`. The loss of a reservation after that is never ignored.
   * @default 'confirmed'
   */
  readonly shipOn?: 'confirmed' | 'authorized' | undefined
  /** Further names of chains and coins, in addition to those that docs/orders.md lists. @default none */
  readonly aliases?: Aliases | undefined
}

/** Every option of a policy, with a value. */
type WholePolicy = { readonly [Name in keyof SettlePolicy]-?: Exclude<SettlePolicy[Name], undefined> }

export interface ResolvedPolicy extends Omit<WholePolicy, 'tolerance' | 'aliases'> {
  /** The policy as it was given, for the order to store; null if it was empty. */
  readonly given: SettlePolicy | null
  /** The lowest amount that pays a price. */
  readonly leastOf: (price: string) => string
  readonly names: Names
}

const DEFAULTS: WholePolicy = {
  tolerance: '0',
  overpayment: 'confirm',
  latePayment: 'review',
  confirmations: null,
  confirmWithinMs: DAY,
  shipOn: 'confirmed',
  aliases: {},
}

export const POLICY_NAMES = Object.keys(DEFAULTS)
const ALIASES = ['networks', 'coins'] as const

const CHOICES: readonly unknown[] = ['confirm', 'review']

/**
 * Applies the defaults and checks the options.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 */
export function resolvePolicy(policy: SettlePolicy = {}): ResolvedPolicy {
  rejectMisplaced('policy', policy, POLICY_NAMES, { 'in `aliases`': ALIASES })
  const chosen = withoutUndefined(policy)
  const { tolerance, aliases, ...rest } = { ...DEFAULTS, ...chosen }
  if (!CHOICES.includes(rest.overpayment)) invalid('overpayment', "'confirm' or 'review'")
  if (!CHOICES.includes(rest.latePayment)) invalid('latePayment', "'confirm' or 'review'")
  const { confirmations, confirmWithinMs, shipOn } = rest
  if (confirmations !== null && !isCount(confirmations)) invalid('confirmations', 'null, or a whole number from 0')
  if (!isCount(confirmWithinMs)) invalid('confirmWithinMs', 'whole milliseconds from 0')
  if (shipOn !== 'confirmed' && shipOn !== 'authorized') invalid('shipOn', "'confirmed' or 'authorized'")
  checkAliases(aliases)
  const given = Object.keys(chosen).length === 0 ? null : chosen
  return { ...rest, given, leastOf: lessTolerance(tolerance), names: namesWith(aliases) }
}

/** An option that is undefined, such as an unset variable, must not replace a default. */
function withoutUndefined(policy: SettlePolicy): Partial<WholePolicy> {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined))
}

/** The policy of a call. A call without one must decide like the events of the order did. */
export function policyFor(order: { readonly policy: SettlePolicy | null }, policy?: SettlePolicy): ResolvedPolicy {
  return resolvePolicy(policy ?? order.policy ?? {})
}

function checkAliases(aliases: Aliases): void {
  rejectMisplaced('policy: aliases', aliases, ALIASES, { 'beside `aliases`, not in it': POLICY_NAMES })
  const { networks = {}, coins = {} } = aliases
  for (const [alias, chain] of Object.entries(networks)) {
    if (!isName(chain)) invalid(`aliases.networks.${alias}`, 'the name of a chain')
  }
  for (const [alias, coin] of Object.entries(coins)) {
    const at = `aliases.coins.${alias}`
    if (typeof coin === 'string') {
      if (!isName(coin)) invalid(at, 'the code of a coin')
      continue
    }
    rejectMisplaced(`policy: ${at}`, coin, ['currency', 'network'], {})
    if (!isName(coin.currency)) invalid(`${at}.currency`, 'the code of a coin')
    if (coin.network !== undefined && !isName(coin.network)) invalid(`${at}.network`, 'the name of a chain')
  }
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function lessTolerance(tolerance: unknown): ResolvedPolicy['leastOf'] {
  const [, digits, percent] = typeof tolerance === 'string' ? (/^(.*?)(%?)$/.exec(tolerance) ?? []) : []
  const exact = toDecimal(digits)
  if (exact === null) invalid('tolerance', `a decimal string, for example "0.01" or "0.5%": ${DECIMAL_LIMITS}`)
  if (percent === '') return (price) => new Big(price).minus(exact).toFixed()
  if (new Big(exact).gt(100)) invalid('tolerance', 'at most 100%')
  const share = new Big(exact).times('0.01')
  return (price) => new Big(price).minus(share.times(price)).toFixed()
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function invalid(name: string, wanted: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `policy: ${name} must be ${wanted}`)
}
