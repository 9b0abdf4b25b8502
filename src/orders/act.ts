/** Steps that all actions of a shop share: somebody signs the action, it is recorded, and the order is judged again. */
import { ConfigurationError } from '../errors.js'
import { clock } from '../lib/clock.js'
import type { OrderPayment } from './order-payment.js'
import type { ResolvedPolicy } from './policy.js'
import { judgeAnew, type Settlement } from './settle.js'
import type { ShopAction, Signed } from './shop-action.js'

/** The person who acts on an order, the time, and the reason. */
export interface By {
  /** The person's name, in the shop's own terms. @default null: no name */
  readonly by?: string | null | undefined
  /** @default now */
  readonly at?: Date | string | undefined
  /** A note for readers of the record. @default null */
  readonly note?: string | null | undefined
}

export const BY = ['by', 'at', 'note'] as const

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function signed(where: string, { by = null, at = new Date(clock.now()), note = null }: By): Signed {
  if (by !== null && (typeof by !== 'string' || by === '')) invalid(where, 'by must be a text that is not empty')
  if (note !== null && typeof note !== 'string') invalid(where, 'note must be a text')
  return { by, at: timeOf(where, 'at', at), note }
}

export function timeOf(where: string, name: string, value: Date | string): string {
  const time = new Date(value)
  if (Number.isNaN(time.getTime())) invalid(where, `${name} must be a Date or an ISO 8601 text`)
  return time.toISOString()
}

/** The order with the action in its record, and with the changes that the action makes. */
export function act(
  order: OrderPayment,
  action: ShopAction,
  change: Partial<OrderPayment>,
  policy: ResolvedPolicy,
): Settlement {
  const facts = { ...order, ...change, isPaidByAddition: false, actions: [...order.actions, action] }
  return judgeAnew(order, facts, policy, null, action.at)
}

/** The result of an action that was recorded before: it is not recorded again. */
export function unchanged(order: OrderPayment): Settlement {
  const { status } = order
  const update = {
    event: null,
    from: status,
    to: status,
    changed: false,
    firstConfirmed: false,
    firstAuthorized: false,
  }
  return { order, update: { ...update, learned: [] } }
}

export function invalid(where: string, message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `${where}: ${message}`)
}
