/**
 * The records about an order: those that contain its id, and those that contain only a payment of it, as refunds and
 * disputes of many providers do. Its payments come from the records that contain both.
 */
import type { EventQuery, EventRecord } from '../../store.js'
import { newestFirst, select, type ReplayStore, type Selection } from './records.js'

/** An order has few payments. These limits bound the work for an id that occurs in thousands of records. */
const RECORDS = 200
const PAYMENTS = 20

/** A payment's name at one provider: another provider may use the same name. */
interface PaymentName {
  readonly provider: string
  readonly paymentId: string
}

export interface AboutOrder {
  /** Newest first. */
  readonly records: readonly EventRecord[]
  /** The payments that were searched for as well. */
  readonly paymentIds: readonly string[]
}

/** @param wanted further conditions */
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

/** One page of the records that contain a payment of the order, but not the order. */
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

/** Limited to the account, because an order of another account may have the same id. */
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
