/**
 * The correct state of an order, computed from the rules: from the list of all events, with separate arithmetic, and only the
 * types of the package. Slow, and in one piece, unlike the package.
 */
import type { WebhookEvent } from 'express-payment-webhooks'
import type { OrderPayment, OrderStatus, ReviewReason, SettlePolicy } from 'express-payment-webhooks/orders'
import { exact, most, notBelowZero, total, written } from './exact.js'
import { paymentNumbers } from './payment-numbers.js'
import { belongs, groupBy, inPlainWords, isNews, misfit, namesOf, payments, type Told } from './told.js'
import { transfersOf, type PlacedTransfer } from './transfers.js'

export interface Expected {
  readonly status: OrderStatus
  readonly received: string
  readonly pending: string
  readonly authorized: string
  readonly refunded: string
  readonly disputed: string
  readonly shortfall: string
  readonly excess: string
  readonly reasons: readonly ReviewReason[]
}

const DAY = 24 * 60 * 60 * 1000

/** @param order as it was opened */
export function expected(order: OrderPayment, events: Told, policy: SettlePolicy = {}): Expected {
  const { confirmations = null, overpayment = 'confirm', latePayment = 'review', shipOn = 'confirmed' } = policy
  const groups = payments(events.filter(({ provider }) => provider !== '@shop').map(inPlainWords)).map((group) =>
    belongs(order, group),
  )
  const fits = (event: WebhookEvent) => misfit(order, event) === null
  const own = groups.map((group) => group.own.filter(fits)).filter((its) => its.length > 0)
  const strays = groups.flatMap(({ own: its, foreign }) => [
    ...its.filter((event) => !fits(event) && isNews(event)).map((event) => misfit(order, event)!),
    ...foreign.filter(({ event }) => isNews(event)).map(({ reason }) => reason),
  ])
  const transfers = transfersOf(own, confirmations)
  const counted = own.map((its, at) => {
    const theirs = transfers.filter(({ payment }) => payment === at)
    const numbers = paymentNumbers(its, theirs, order.expiresAt, confirmations, order.expected.currency)
    return { ...numbers, events: its, transfers: theirs, peak: peakOf(its, theirs, confirmations) }
  })
  type Payment = (typeof counted)[number]
  const sum = (number: (payment: Payment) => bigint) => total(counted.map(number))
  const some = (is: (payment: Payment) => boolean) => counted.some(is)

  const price = exact(order.expected.amount)
  const least = price - toleranceOf(policy.tolerance ?? '0', price)
  const enough = (amount: bigint) => amount > 0n && amount >= least
  const [settled, net, received, pending] = [
    sum((one) => one.settled),
    sum((one) => one.net),
    sum((one) => one.received),
    sum((one) => one.pending),
  ]
  const [authorized, returned, disputed] = [
    sum((one) => one.authorized),
    sum((one) => one.returned),
    sum((one) => one.disputed),
  ]

  const isPaid = enough(settled)
  const isCovered = isPaid && enough(net)
  const isReserved = authorized > 0n && net + authorized >= least
  const inTime = sum((one) => one.inTime) + (isPaid ? 0n : sum((one) => one.authorizedInTime))
  const isLate = (isPaid || isReserved) && inTime < least
  const isOver = isCovered && received > price
  const isShort = !isPaid && some(({ unreported }) => unreported > 0n) && enough(settled + sum((one) => one.unreported))
  const hadBeenReserved = enough(sum((one) => most([one.peak, one.authorizedPeak])))
  const isUndone =
    !isPaid && (enough(sum((one) => one.peak)) || (shipOn === 'authorized' && hadBeenReserved && !isReserved))
  const isDoubted = isCovered && !enough(net - sum((one) => one.doubted))
  const confirmedAmounts = (its: Told) =>
    its
      .filter(({ type }) => type === 'transaction.confirmed')
      .flatMap(({ received: money }) => (money === null ? [] : [exact(money.amount)]))
  const isTotalled = (its: Told) =>
    its.some(
      ({ type, received: money, occurredAt: at }) =>
        /^payment\.(confirmed|detected)$/.test(type) &&
        money !== null &&
        (type === 'payment.confirmed' || money.amount !== '0' || (money.asOf ?? at) !== null),
    )
  const isClaimedTwice = (its: Told) => {
    const claims = own.filter((theirs) => its.some((event) => theirs.includes(event)))
    return claims.length > 1 && claims.some(isTotalled)
  }
  const isConflicting = transfers.some(
    ({ events: its }) => new Set(confirmedAmounts(its)).size > 1 || isClaimedTwice(its),
  )

  const judged = counted.filter(({ events: its }) => its.some(({ type }) => type.startsWith('payment.')))
  const isOpened = ({ provider, paymentId, reference = order.orderId }: OrderPayment['payments'][number]) =>
    judged.some(
      ({ events: its }) =>
        its[0]!.provider === provider &&
        (paymentId === null
          ? its.some(({ orderId }) => orderId === reference)
          : its.flatMap(namesOf).includes(`${provider}/${paymentId}`)),
    )
  const allEnded = judged.length > 0 && judged.every(({ state }) => state !== 'open') && order.payments.every(isOpened)
  const allClosed = allEnded && judged.every(({ state }) => state !== 'complete')
  const ended = (verdict: string) => allClosed && judged.some(({ has }) => has(verdict))
  const onItsWay = some((one) => one.isOnItsWay)
  const deadline = deadlineOf(order, events, policy)

  let why: ReviewReason | undefined
  const review = (reason: ReviewReason): OrderStatus => {
    why = reason
    return 'needs_review'
  }

  /** The table of docs/orders.md for an order that is neither paid nor reserved, from the top. */
  const unpaid = (): OrderStatus => {
    if (allEnded && !allClosed && !onItsWay) return review('paid_short')
    if (received === 0n && authorized === 0n && !onItsWay) {
      if (ended('canceled')) return 'canceled'
      if (deadline !== 'ahead') return 'expired'
      if (transfers.some(({ state }) => state === 'gone') || ended('failed')) return 'payment_failed'
      return ended('expired') ? 'expired' : 'awaiting_payment'
    }
    const seenInFull = received + pending + authorized >= least
    if (deadline === 'long_passed') return review(seenInFull || onItsWay ? 'never_confirmed' : 'part_paid')
    if (!onItsWay && (deadline === 'passed' ? !seenInFull : allClosed)) return review('part_paid')
    if (onItsWay) return 'payment_detected'
    if (received + authorized < least) return 'payment_insufficient'
    return some((one) => one.reported > 0n && one.received >= price) ? 'payment_detected' : review('paid_in_parts')
  }

  const status = (): OrderStatus => {
    const open = isPaid || isReserved ? undefined : unpaid()
    if (some(({ foreignReturns }) => foreignReturns > 0)) return 'needs_review'
    if (settled > 0n && received === 0n && disputed === 0n && returned > 0n && !isReserved) return 'refunded'
    if (isConflicting || isUndone || isDoubted || isShort) return 'needs_review'
    if ((isLate && latePayment === 'review') || (isOver && overpayment === 'review')) return 'needs_review'
    if (isCovered) return 'confirmed'
    if (isReserved) return 'payment_authorized'
    if (disputed > 0n) return 'disputed'
    if (isPaid) return 'partially_refunded'
    if (received === 0n && authorized === 0n && !onItsWay && ended('refunded')) return 'refunded'
    return strays.length > 0 ? 'needs_review' : open!
  }

  const outcome = status()
  const reasons: (ReviewReason | false | undefined)[] = [
    ...strays,
    why,
    isConflicting && 'amount_conflict',
    some(({ foreignReturns }) => foreignReturns > 0) && 'currency_mismatch',
    some(({ unreported }) => unreported > 0n) && 'more_than_reported',
    some(({ isContradicted }) => isContradicted) && 'failed_after_confirmed',
    some(({ isConfirmedAfterRefund }) => isConfirmedAfterRefund) && 'confirmed_after_refund',
    some(({ hasFailedRefund }) => hasFailedRefund) && 'refund_failed',
    some(({ isTakenTwice }) => isTakenTwice) && 'taken_twice',
    some(({ isDisputeLost }) => isDisputeLost) && 'dispute_lost',
    isUndone && 'undone_after_paid',
    isLate && 'paid_late',
    isOver && 'overpaid',
  ]
  return {
    status: outcome,
    received: written(received),
    pending: written(pending),
    authorized: written(authorized),
    refunded: written(returned),
    disputed: written(disputed),
    shortfall: written(notBelowZero(price - received)),
    excess: written(notBelowZero(received - price)),
    reasons: [...new Set(reasons.filter((reason) => reason !== false && reason !== undefined))].sort(),
  }
}

function toleranceOf(tolerance: string, price: bigint): bigint {
  return tolerance.endsWith('%') ? (price * exact(tolerance.slice(0, -1))) / exact('100') : exact(tolerance)
}

function deadlineOf({ expiresAt }: OrderPayment, events: Told, { confirmWithinMs = DAY }: SettlePolicy) {
  const clocks = events.filter(({ provider }) => provider === '@shop').map(({ receivedAt }) => Date.parse(receivedAt))
  const since = expiresAt === null ? -1 : Math.max(-1, ...clocks.map((clock) => clock - Date.parse(expiresAt)))
  return since < 0 ? 'ahead' : since >= confirmWithinMs ? 'long_passed' : 'passed'
}

/** The largest amount that the facts ever reached, under each of their names: two names may have been two payments. */
function peakOf(events: Told, transfers: readonly PlacedTransfer[], confirmations: number | null): bigint {
  const mainName = (event: WebhookEvent) => namesOf(event)[0] ?? ''
  const parts = groupBy(events, mainName)
  const firstOf = ({ events: its }: PlacedTransfer) =>
    its
      .map(mainName)
      .filter((name) => parts.has(name))
      .sort()[0]
  return total(
    [...parts].map(([name, its]) => {
      const totals = its.filter(
        ({ type, received }) =>
          received !== null && (type === 'payment.confirmed' || (confirmations === 0 && type === 'payment.detected')),
      )
      const final = totals.filter(
        ({ type, received, occurredAt }) =>
          type === 'payment.confirmed' || received!.amount !== '0' || (received!.asOf ?? occurredAt) !== null,
      )
      if (final.length > 0) return most(final.map(({ received }) => exact(received!.amount)))
      return total(transfers.filter((one) => firstOf(one) === name).map(({ peak }) => peak))
    }),
  )
}
