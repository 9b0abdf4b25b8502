/** A busy period: events at a fixed rate, many of them more than once, and people who look at pages meanwhile. */
import { setTimeout } from 'node:timers/promises'
import { sql, type Database } from '../shop/database/database.js'
import { openDatabase } from '../shop/database/open-database.js'
import { orderOf } from '../shop/orders/order-rows.js'
import type { ShopOrder } from '../shop/orders/order.js'
import { callbacksWith, type Callback } from './callbacks.js'
import { Latencies } from './latencies.js'
import { placeOrder } from './place-order.js'
import type { StartedShop } from './start-shop.js'

export interface LoadOptions {
  readonly seconds: number
  readonly eventsPerSecond: number
  readonly pagesPerSecond: number
}

export interface LoadReport {
  readonly orders: number
  readonly events: number
  /** Deliveries after the first one of an event: on purpose, and after an answer other than 200. */
  readonly duplicates: number
  readonly retries: number
  readonly deliveries: Latencies
  readonly pages: Latencies
  /** Faults of orders afterwards; empty if all is well. */
  readonly problems: readonly string[]
}

/** One event in this number is delivered three times at once. */
const EVERY = 3
const COPIES = 3
const CHECKOUTS_AT_ONCE = 4

export async function runLoad(shop: StartedShop, options: LoadOptions): Promise<LoadReport> {
  const db = await openDatabase(shop, () => {})
  try {
    const events = options.seconds * options.eventsPerSecond
    const pages = await placeOrders(shop, events / 2)
    const orders = (await db.rows(sql`SELECT * FROM orders ORDER BY id`)).map(orderOf)
    const report = await deliver(shop, orders, pages, options)
    return { orders: orders.length, ...report, problems: await problemsIn(db, orders) }
  } finally {
    await db.close()
  }
}

async function placeOrders({ url }: StartedShop, count: number): Promise<readonly string[]> {
  const pages: string[] = []
  const buy = async (first: number) => {
    for (let number = first; number < count; number += CHECKOUTS_AT_ONCE) {
      pages.push(await placeOrder(url, number % 2 === 0 ? 'crypto-gateway' : 'coins-ph'))
    }
  }
  await Promise.all(Array.from({ length: CHECKOUTS_AT_ONCE }, (_, first) => buy(first)))
  return pages
}

async function deliver(
  { url, accounts }: StartedShop,
  orders: readonly ShopOrder[],
  orderPages: readonly string[],
  { eventsPerSecond, pagesPerSecond }: LoadOptions,
): Promise<Omit<LoadReport, 'orders' | 'problems'>> {
  const [deliveries, pages] = [new Latencies(), new Latencies()]
  const counts = { duplicates: 0, retries: 0 }

  const send = async (callback: Callback): Promise<void> => {
    // Retries until the answer is 200, as providers do.
    for (;;) {
      const status = await deliveries.measure(() => post(url, callback))
      if (status === 200) return
      counts.retries++
      await setTimeout(500)
    }
  }
  const look = async (address: string): Promise<void> => {
    const status = await pages.measure(async () => {
      const answer = await fetch(address)
      await answer.arrayBuffer()
      return answer.status
    })
    if (status !== 200) throw new Error(`a page was answered with ${status}`)
  }

  // The second event of an order follows the copies of the first one, and may overtake them.
  const events = orders.flatMap(callbacksWith(accounts))
  const watched = [url, ...orderPages]
  await Promise.all([
    atRate(eventsPerSecond, events.length, (number) => {
      const copies = number % EVERY === 0 ? COPIES : 1
      counts.duplicates += copies - 1
      return Promise.all(Array.from({ length: copies }, () => send(events[number]!)))
    }),
    atRate(pagesPerSecond, (events.length / eventsPerSecond) * pagesPerSecond, (number) =>
      look(watched[number % watched.length]!),
    ),
  ])
  return { events: events.length, ...counts, deliveries, pages }
}

async function post(url: string, { path, headers, body }: Callback): Promise<number> {
  const answer = await fetch(url + path, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status
}

/** Starts work by the clock, whether or not earlier work is finished: senders do not wait for one another. */
async function atRate(perSecond: number, count: number, work: (number: number) => Promise<unknown>): Promise<void> {
  const startedAt = performance.now()
  const started: Promise<unknown>[] = []
  for (let number = 0; number < count; number++) {
    await setTimeout(Math.max(0, startedAt + (number * 1000) / perSecond - performance.now()))
    started.push(work(number))
  }
  await Promise.all(started)
}

/** Lost: not confirmed, or not shipped. Doubled: more received than paid, confirmed twice, or shipped twice. */
async function problemsIn(db: Database, orders: readonly ShopOrder[]): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { id } of orders) {
    const [row] = await db.rows(sql`SELECT * FROM orders WHERE id = ${id}`)
    const { reference, payment } = orderOf(row!)
    const shipments = await db.rows(sql`SELECT order_id FROM shipments WHERE order_id = ${id}`)
    const confirmations = await db.rows(sql`SELECT id FROM audit WHERE order_id = ${id}
      AND to_status = 'confirmed' AND from_status <> 'confirmed'`)
    const found = `${payment.status}, received ${payment.received}, confirmed ${confirmations.length}×, shipped ${shipments.length}×`
    const wanted = `confirmed, received ${payment.expected.amount}, confirmed 1×, shipped 1×`
    if (found !== wanted) problems.push(`${reference}: ${found}`)
  }
  return problems
}
