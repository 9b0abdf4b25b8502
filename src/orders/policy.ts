/** What a shop may decide about the lifecycle of its orders. */
import { ConfigurationError } from '../errors.js'
import { toDecimal } from '../money.js'
import { rejectUnknown } from '../lib/reject-unknown.js'

const DAY = 24 * 60 * 60 * 1000

export interface SettlePolicy {
  /** How much may be missing from the price of a confirmed order, in its currency. @default '0' */
  readonly tolerance?: string
  /** What an overpaid order becomes; `excess` says by how much. @default 'confirm' */
  readonly overpayment?: 'confirm' | 'review'
  /** What an order becomes that is paid in full with money seen only after its deadline. @default 'review' */
  readonly latePayment?: 'confirm' | 'review'
  /**
   * How many confirmations make a transaction final. Null takes the provider's word for it. 0 accepts what was merely
   * detected, payment requests included. More than the provider waits for leaves the order at `payment_detected`
   * until an event reports them. A confirmed transaction without a count is final. @default null
   */
  readonly confirmations?: number | null
  /** How long after the deadline money that was seen may take to become final, in milliseconds. @default 24 hours */
  readonly confirmWithinMs?: number
}

export type ResolvedPolicy = Required<SettlePolicy>

const DEFAULTS: ResolvedPolicy = {
  tolerance: '0',
  overpayment: 'confirm',
  latePayment: 'review',
  confirmations: null,
  confirmWithinMs: DAY,
}

const CHOICES: readonly unknown[] = ['confirm', 'review']

/**
 * Applies defaults and checks the rest.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 */
export function resolvePolicy(policy: SettlePolicy = {}): ResolvedPolicy {
  rejectUnknown('policy', policy, Object.keys(DEFAULTS))
  const { tolerance, overpayment, latePayment, confirmations, confirmWithinMs } = { ...DEFAULTS, ...policy }
  const exact = typeof tolerance === 'string' ? toDecimal(tolerance) : null
  if (exact === null) invalid('tolerance', 'a decimal string, for example "0.01"')
  if (!CHOICES.includes(overpayment)) invalid('overpayment', "'confirm' or 'review'")
  if (!CHOICES.includes(latePayment)) invalid('latePayment', "'confirm' or 'review'")
  if (confirmations !== null && !isCount(confirmations)) invalid('confirmations', 'null, or a whole number from 0')
  if (!isCount(confirmWithinMs)) invalid('confirmWithinMs', 'whole milliseconds from 0')
  return { tolerance: exact, overpayment, latePayment, confirmations, confirmWithinMs }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function invalid(name: string, wanted: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `policy: ${name} must be ${wanted}`)
}
