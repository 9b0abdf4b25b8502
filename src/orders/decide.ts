/** Decisions about a whole order, which hold until its money changes. */
import { isDeepStrictEqual } from 'node:util'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { act, BY, invalid, signed, unchanged, type By } from './act.js'
import type { OrderPayment } from './order-payment.js'
import { pictureOf } from './picture.js'
import { policyFor, type SettlePolicy } from './policy.js'
import type { Settlement } from './settle.js'
import type { Decision } from './shop-action.js'
import { sumOrder } from './sum-order.js'

/**
 * Records a person's decision about an order in any status. `accepted` confirms the order until money that was there at
 * that time fails or goes back. `rejected` cancels it until more money comes in. The new decision replaces an earlier
 * one.
 *
 * @param by the person, the time, and the reason
 * @param policy the shop's policy. Default: `order.policy`
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { decide } from 'express-payment-webhooks/orders'
 *
 * const { order: next, update } = decide(payment, 'accepted', { by: 'maria', note: 'the rest came in cash' })
 * ```
 */
export function decide(
  order: OrderPayment,
  verdict: 'accepted' | 'rejected',
  by: By = {},
  policy?: SettlePolicy,
): Settlement {
  if (verdict !== 'accepted' && verdict !== 'rejected')
    invalid('decide', "the verdict must be 'accepted' or 'rejected'")
  return decideOn('decide', order, verdict, by, policy)
}

/**
 * Cancels an order, even if money has come in. Money that arrives or becomes final later goes to review and never ships
 * automatically. `reopen` takes the cancellation back.
 *
 * @param by the person, the time, and the reason
 * @param policy the shop's policy. Default: `order.policy`
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { cancel } from 'express-payment-webhooks/orders'
 *
 * const { order: next, update } = cancel(payment, { by: 'maria', note: 'out of stock' })
 * ```
 */
export function cancel(order: OrderPayment, by: By = {}, policy?: SettlePolicy): Settlement {
  return decideOn('cancel', order, 'canceled', by, policy)
}

/** The same decision about the same money is not recorded again. */
function decideOn(
  where: string,
  order: OrderPayment,
  verdict: Decision['verdict'],
  by: By,
  policy: SettlePolicy | undefined,
): Settlement {
  rejectUnknown(where, by, BY)
  const resolved = policyFor(order, policy)
  const signature = signed(where, by)
  const picture = pictureOf(sumOrder(order, resolved))
  const { decision } = order
  if (decision?.verdict === verdict) {
    const before = { money: decision.money, strays: decision.strays }
    if (isDeepStrictEqual(before, picture)) return unchanged(order)
  }
  return act(order, { action: verdict, ...signature }, { decision: { verdict, ...signature, ...picture } }, resolved)
}
