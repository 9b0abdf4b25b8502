/**
 * What came for an order: the records that name it, and those that name a payment of it alone, as refunds and disputes of
 * many providers do. Its payments are known from the records that name both.
 */
import type { EventQuery, EventRecord } from '../../store.js'
import { newestFirst, select, type ReplayStore, type Selection } from './records.js'

/** An order has few payments. These bound the work for a name that stands in thousands of records. */
const RECORDS = 200
const PAYMENTS = 20

/** A payment, as one provider calls it: another one may use the same name. */
interface PaymentName {
  readonly provider: string
  readonly paymentId: string
}

export interface AboutOrder {
  /** Newest first. */
  readonly records: readonly EventRecord[]
  /** The payments by which it was looked for as well. */
  readonly paymentIds: readonly string[]
}

/** @param wanted what else the records have to be */
export async function aboutOrder(
  store: ReplayStore,
  orderId: string,
  wanted: Omit<Selection, 'orderId' | 'paymentId'>,
  limit: number,
): Promise<AboutOrder> {
  const payments = await paymentsOf(store, orderId, wanted)
  const found = new Map<string, EventRecord>()
  for await (const record of select(store, { ...wanted, orderId }, limit)) found.set(record.key, record)
  for (const { provider, paymentId } of payments) {
    if (wanted.provider !== undefined && wanted.provider !== provider) continue
    let count = 0
    for await (const record of select(store, { ...wanted, provider, paymentId })) {
      if (record.orderId !== null) continue
      found.set(record.key, record)
      if (++count >= limit) break
    }
  }
  return {
    records: [...found.values()].sort(newestFirst).slice(0, limit),
    paymentIds: payments.map(({ paymentId }) => paymentId),
  }
}

/** One page of the records that name a payment of the order alone. */
export async function ofPaymentsAlone(
  store: Pick<ReplayStore, 'listEvents'>,
  orderId: string,
  query: EventQuery,
): Promise<EventRecord[]> {
  const payments = await paymentsOf(store, orderId, query)
  const wanted = payments.filter(({ provider }) => query.provider === undefined || query.provider === provider)
  const pages = wanted.map(async ({ provider, paymentId }) => {
    const page = await store.listEvents({ ...query, provider, paymentId })
    return page.filter((record) => record.orderId === null)
  })
  return (await Promise.all(pages)).flat()
}

/** Another account's order may have the same name. */
async function paymentsOf(
  store: Pick<ReplayStore, 'listEvents'>,
  orderId: string,
  { account }: Pick<EventQuery, 'account'>,
): Promise<PaymentName[]> {
  const query = { orderId, limit: RECORDS, ...(account !== undefined && { account }) }
  const payments = new Map<string, PaymentName>()
  for (const { provider, paymentId } of await store.listEvents(query))
    if (paymentId !== null) payments.set(`${provider} ${paymentId}`, { provider, paymentId })
  return [...payments.values()].slice(0, PAYMENTS)
}
