/** Rules M1 to M5 for one payment, from the list of its events. */
import type { WebhookEvent } from 'express-payment-webhooks'
import { exact, most, notBelowZero, total } from './exact.js'
import { disputesOf, refunds } from './returns.js'
import { firstSeen, isLater, lastDate, seenAt, type Told } from './told.js'

export interface CountedTransfer {
  readonly events: Told
  readonly amount: bigint | null
  readonly state: 'final' | 'pending' | 'gone'
  readonly peak: bigint
  readonly isDoubted: boolean
}

interface Dated {
  readonly amount: bigint
  readonly at: string | null
}

/** Rules M1 and M2: the newest dated one; undated, and of one date, the largest. */
function newest(all: readonly Dated[]): Dated | undefined {
  const dates = all.flatMap(({ at }) => (at === null ? [] : [at])).sort()
  const those = dates.length === 0 ? all : all.filter(({ at }) => at === dates.at(-1))
  return those.find(({ amount }) => amount === most(those.map((one) => one.amount)))
}

/** Zero is no total, unless its verdict or its date shows that it replaces another total. */
const isReport = (event: WebhookEvent, amount: string) =>
  amount !== '0' || dateOf(event) !== null || event.type === 'payment.confirmed'

const dateOf = (event: WebhookEvent) => event.received?.asOf ?? event.occurredAt

function totalsOf(events: Told, isWanted: (verdict: string) => boolean): Dated[] {
  return events
    .filter(({ type }) => type.startsWith('payment.') && isWanted(type.slice(8)))
    .map((event) => ({
      event,
      money: event.type === 'payment.authorized' ? (event.received ?? event.expected) : event.received,
    }))
    .filter(({ money, event }) => money !== null && isReport(event, money.amount))
    .map(({ event, money }) => ({ amount: exact(money!.amount), at: dateOf(event) }))
}

export function paymentNumbers(
  events: Told,
  transfers: readonly CountedTransfer[],
  expiresAt: string | null,
  confirmations: number | null,
  currency: string,
) {
  const of = (...verdicts: string[]) => events.filter(({ type }) => verdicts.includes(type))
  const has = (verdict: string) => of(`payment.${verdict}`).length > 0
  const date = (verdict: string) => lastDate(of(`payment.${verdict}`))
  const isLastWord = (ending: string) =>
    has(ending) && !['detected', 'authorized'].some((money) => has(money) && isLater(date(money), date(ending)))
  const isEnded = ['failed', 'canceled', 'expired'].some(isLastWord)

  // M1: transfers are a lower bound.
  const confirmed = newest(totalsOf(events, (verdict) => verdict === 'confirmed'))
  const merelySeen = newest(totalsOf(events, (verdict) => verdict === 'detected'))
  const isOpen = !has('confirmed') && (has('refunded') || !isEnded)
  const final = confirmed ?? (confirmations === 0 && isOpen ? merelySeen : undefined)
  const arrivedTransfers = transfers.filter(({ state }) => state === 'final')
  const byTransfers = total(arrivedTransfers.map(({ amount }) => amount!))
  const settled = final?.amount ?? byTransfers

  // M2: returned money.
  const back = refunds(events, currency, (at) =>
    final !== undefined || at === null
      ? settled
      : total(arrivedTransfers.filter((one) => firstSeen(one.events)! <= at).map(({ amount }) => amount!)),
  )
  const disputes = disputesOf(events, currency)
  const returned = back.returned + disputes.lost
  const net = notBelowZero(settled - returned - disputes.open)

  // A confirmed amount replaces every amount that was only seen. Amounts dated before a full refund no longer count.
  const isThere = ({ at }: Dated) => back.allAt === undefined || isLater(at, back.allAt)
  const reports = totalsOf(events, (verdict) => verdict !== 'confirmed' && verdict !== 'authorized').filter(isThere)
  const arrived = final === undefined ? most([settled, newest(reports)?.amount ?? 0n]) : settled
  const waiting = transfers.filter(({ state }) => state === 'pending')
  const live = most([arrived, byTransfers + total(waiting.map(({ amount }) => amount ?? 0n))])

  // After a reservation, a cancellation gives up only the rest.
  const transferEndings = has('authorized') ? ['failed'] : ['failed', 'canceled']
  const isCaptured = has('authorized') && settled > 0n
  const isAllBack = settled > 0n && net === 0n && disputes.open === 0n
  const state = isAllBack
    ? 'sent back'
    : isCaptured || has('confirmed')
      ? 'complete'
      : has('refunded')
        ? 'sent back'
        : isEnded
          ? 'closed'
          : 'open'
  const reserved = totalsOf(events, (verdict) => verdict === 'authorized')
  const authorized = state === 'open' ? (newest(reserved)?.amount ?? 0n) : 0n

  const isInTime = (at: string | undefined) => expiresAt === null || (at !== undefined && at <= expiresAt)
  const reservedInTime = most(
    of('payment.authorized')
      .filter((event) => isInTime(seenAt(event)))
      .map((event) => exact((event.received ?? event.expected)!.amount)),
  )
  return {
    ...{ state, settled, returned, net, authorized, has, date },
    disputed: disputes.open,
    received: notBelowZero(arrived - returned - disputes.open),
    pending: live - arrived,
    reported: arrived - settled,
    isOnItsWay:
      live > arrived ||
      (final === undefined &&
        (waiting.some(({ amount }) => amount === null) || (state === 'open' && has('detected') && !isOnlyAPart()))),
    unreported: notBelowZero(byTransfers - settled),
    doubted: doubted(),
    inTime: expiresAt === null ? settled : least(settled, most([transfersInTime(), totalsInTime(), reservedInTime])),
    authorizedInTime: least(authorized, reservedInTime),
    authorizedPeak: most(reserved.map(({ amount }) => amount)),
    foreignReturns: back.foreign + disputes.foreign,
    isTakenTwice: settled > 0n && returned + disputes.open > settled,
    isContradicted: isContradicted(),
    isConfirmedAfterRefund: has('confirmed') && has('refunded') && isLater(date('confirmed'), date('refunded')),
    hasFailedRefund: back.hasFailed,
    isDisputeLost: disputes.isLost,
  }

  /** A newer total shows that less than the whole amount is there. */
  function isOnlyAPart(): boolean {
    const dates = (...types: string[]) => of(...types).flatMap((event) => [event.occurredAt, dateOf(event)])
    const part = of('payment.pending', 'payment.partially_paid').filter(
      (event) => event.received !== null && isReport(event, event.received.amount),
    )
    const last = (all: readonly (string | null)[]) =>
      all
        .filter((at) => at !== null)
        .sort()
        .at(-1) ?? null
    return isLater(last(part.map(dateOf)), last(dates('payment.detected')))
  }

  function doubted(): bigint {
    const failedAfter = (success: string | null, endings = ['failed', 'canceled']) =>
      endings.some((ending) => has(ending) && isLater(date(ending), success))
    if (final === undefined) {
      const success = ({ events: told }: CountedTransfer) =>
        told.some(({ type }) => type === 'transaction.confirmed')
          ? lastDate(told.filter(({ type }) => type === 'transaction.confirmed'))
          : firstSeen(told)!
      return total(
        arrivedTransfers
          .filter((one) => one.isDoubted || failedAfter(success(one), transferEndings))
          .map(({ amount }) => amount!),
      )
    }
    if (has('confirmed') && failedAfter(date('confirmed'))) return final.amount
    const failure = ({ events: told }: CountedTransfer) =>
      lastDate(told.filter(({ type }) => type === 'transaction.failed'))
    const since = arrivedTransfers.filter((one) => one.isDoubted && !isLater(final.at, failure(one)))
    return least(final.amount, total(since.map(({ amount }) => amount!)))
  }

  function isContradicted(): boolean {
    const bothWays = transfers.some(({ events: told }) =>
      ['transaction.confirmed', 'transaction.failed'].every((type) => told.some((event) => event.type === type)),
    )
    const endedIn = (type: 'canceled' | 'failed') => has(type) && !isLater(date('confirmed'), date(type))
    if (bothWays) return true
    if (has('confirmed') && (has('expired') || endedIn('canceled') || endedIn('failed'))) return true
    if (final !== undefined) return false
    return arrivedTransfers.some(({ events: told }) => {
      const success = lastDate(told.filter(({ type }) => type === 'transaction.confirmed'))
      return transferEndings.some((ending) => has(ending) && !isLater(success, date(ending)))
    })
  }

  function transfersInTime(): bigint {
    return total(arrivedTransfers.filter((one) => isInTime(firstSeen(one.events))).map(({ amount }) => amount!))
  }

  /** A single total counts from the moment at which the payment was seen. */
  function totalsInTime(): bigint {
    const told = events.filter(
      ({ type, received }) => type.startsWith('payment.') && type !== 'payment.authorized' && received !== null,
    )
    const reported = told.filter((event) => isReport(event, event.received!.amount))
    const moneySeen = of('payment.authorized', 'payment.partially_paid', 'payment.detected', 'payment.confirmed')
    const amounts = new Set(reported.map((event) => event.received!.amount))
    const isInTimeAsWhole = isInTime(firstSeen(moneySeen) ?? firstSeen(reported.slice(0, 1)))
    if (amounts.size === 1 && isInTimeAsWhole) return exact([...amounts][0]!)
    return most(reported.filter((event) => isInTime(seenAt(event))).map((event) => exact(event.received!.amount)))
  }
}

const least = (a: bigint, b: bigint) => (a < b ? a : b)
