/** The content of events, read directly from their list: slow, and one question at a time. */
import type { WebhookEvent } from 'express-payment-webhooks'
import type { OpenedPayment, OrderPayment, ReviewReason } from 'express-payment-webhooks/orders'

export type Told = readonly WebhookEvent[]

/** ISO 8601 in UTC, written in one way by all of the tests' events. */
export const lastDate = (events: Told) =>
  events.reduce<string | null>(
    (last, { occurredAt: at }) => (at !== null && (last === null || at > last) ? at : last),
    null,
  )

export const isLater = (one: string | null, than: string | null) => one !== null && than !== null && one > than

/** No later than its arrival. */
export const seenAt = ({ occurredAt, transaction, receivedAt }: WebhookEvent) => {
  const said = transaction?.seenAt ?? occurredAt ?? receivedAt
  return said < receivedAt ? said : receivedAt
}

export const firstSeen = (events: Told) => events.map(seenAt).sort()[0]

const sameCase = (id: string) => (/^0x([0-9a-f]{40}|[0-9a-f]{64})$/i.test(id) ? id.toLowerCase() : id)

/** The same event in the names of the order: the few other names in the tests' events. */
export function inPlainWords(event: WebhookEvent): WebhookEvent {
  const { transaction, received } = event
  const isOnEthereum = received?.currency === 'USDTERC20'
  const network = transaction?.network?.toLowerCase() ?? (isOnEthereum ? 'ethereum' : null)
  return {
    ...event,
    received: received === null || !isOnEthereum ? received : { ...received, currency: 'USDT' },
    transaction:
      transaction === null
        ? null
        : {
            ...transaction,
            id: sameCase(transaction.id),
            hash: transaction.hash === null ? null : sameCase(transaction.hash),
            network: network === 'erc20' ? 'ethereum' : network,
          },
  }
}

export function namesOf({ provider, orderId, paymentId, paymentIds }: WebhookEvent): string[] {
  const ids = [paymentId, ...paymentIds].filter((id) => id !== null).map(sameCase)
  return (ids.length > 0 ? ids : orderId === null ? [] : [orderId]).map((id) => `${provider}/${id}`)
}

/** Rule M6: events that share a name are about the same payment. */
export function payments(events: Told): Told[] {
  let groups = events.map((event) => [event])
  for (;;) {
    const [one, other] = pairOf(groups)
    if (one === undefined || other === undefined) return groups
    groups = [...groups.filter((group) => group !== one && group !== other), [...one, ...other]]
  }
}

function pairOf(groups: WebhookEvent[][]): [WebhookEvent[]?, WebhookEvent[]?] {
  for (const one of groups) {
    const names = one.flatMap(namesOf)
    const other = groups.find((group) => group !== one && group.flatMap(namesOf).some((name) => names.includes(name)))
    if (other !== undefined) return [one, other]
  }
  return []
}

export interface Belongs {
  readonly own: Told
  readonly foreign: readonly { readonly event: WebhookEvent; readonly reason: ReviewReason }[]
}

/** The events about one payment that are about this order. */
export function belongs(order: OrderPayment, events: Told): Belongs {
  const names = events.flatMap(namesOf)
  const reference = (opened: OpenedPayment) => opened.reference ?? order.orderId
  const opened = order.payments.filter(({ provider }) => provider === events[0]!.provider)
  const byId = opened.filter(
    (one) => one.paymentId !== null && names.includes(`${one.provider}/${sameCase(one.paymentId)}`),
  )
  const references = (byId.length > 0 ? byId : opened.filter(({ paymentId }) => paymentId === null)).map(reference)
  const isOurs = byId.length > 0 || events.some(({ orderId }) => orderId !== null && references.includes(orderId))
  const isOwn = ({ orderId }: WebhookEvent) => isOurs && (orderId === null || references.includes(orderId))
  const why = ({ orderId }: WebhookEvent) =>
    isOurs || (orderId !== null && orderId !== order.orderId) ? 'order_mismatch' : 'payment_unknown'
  return {
    own: events.filter(isOwn),
    foreign: events.filter((event) => !isOwn(event)).map((event) => ({ event, reason: why(event) })),
  }
}

/** The reason why an event's money cannot belong to the order, or null. */
export function misfit(order: OrderPayment, event: WebhookEvent): ReviewReason | null {
  const { type, received, expected, transaction, refund, dispute } = event
  if ([received, expected].some((money) => money !== null && money.currency !== order.expected.currency))
    return 'currency_mismatch'
  const missing = type === 'refund.confirmed' || type === 'dispute.lost' ? 'returned_amount_missing' : 'amount_missing'
  if (type.startsWith('refund.')) return refund === null ? missing : null
  if (type.startsWith('dispute.')) return dispute === null ? missing : null
  if (type.startsWith('payment.')) {
    if (received !== null && received.basis === 'transaction') return 'amount_missing'
    if (type === 'payment.confirmed' && received === null) return 'amount_missing'
    return type === 'payment.authorized' && received === null && expected === null ? 'amount_missing' : null
  }
  if (transaction === null || received?.basis === 'total') return 'amount_missing'
  if (order.network === null || transaction.network === order.network) return null
  return transaction.network === null && type === 'transaction.failed' ? null : 'network_mismatch'
}

/** Whether a person must look at the event if it does not fit. */
export const isNews = ({ type }: WebhookEvent) =>
  !/^payment\.(pending|failed|canceled|expired)$|^transaction\.failed$|^dispute\.inquiry$/.test(type)

export function groupBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item])
  return groups
}
