/** How often each event arrived, what came of that, and for which order: noted beside the orders, for the operator. */
import type { OutcomeReport } from 'express-payment-webhooks'
import { sql, type Database } from '../database/database.js'
import { namedOrder } from '../orders/order-names.js'
import type { EventOrder } from '../views/operator/props.js'
import { repeat } from '../web/repeat.js'
import type { Log } from '../web/log.js'

const NOTE_EVERY_MS = 500
/** Where the database is away for long, the operator misses a few numbers, and the shop keeps its memory. */
const MOST_WAITING = 10_000
const MOST_OF_ORDER = 200

export interface Arrival {
  readonly order: EventOrder | null
  readonly handled: number
  readonly repeats: number
}

export interface Arrivals {
  note(report: Pick<OutcomeReport, 'outcome' | 'eventId' | 'orderId'>): void
  /** What is known of these events, by their ids. */
  of(eventIds: readonly string[]): Promise<ReadonlyMap<string, Arrival>>
  /** The ids of all events that came for an order. */
  eventsOf(reference: string): Promise<readonly string[]>
  close(): Promise<void>
}

interface Waiting {
  readonly reference: string
  readonly handled: number
  readonly repeats: number
}

export function createArrivals(db: Database, log: Log): Arrivals {
  const waiting = new Map<string, Waiting>()

  const write = async () => {
    for (const [eventId, { reference, handled, repeats }] of [...waiting]) {
      await db.commit([
        sql`INSERT INTO arrivals (event_id, reference, handled, repeats)
          VALUES (${eventId}, ${reference}, ${handled}, ${repeats})
          ON CONFLICT (event_id) DO UPDATE SET handled = arrivals.handled + excluded.handled,
            repeats = arrivals.repeats + excluded.repeats RETURNING event_id`,
      ])
      const now = waiting.get(eventId)!
      // What came while it was written stays for the next time.
      if (now.handled === handled && now.repeats === repeats) waiting.delete(eventId)
      else waiting.set(eventId, { ...now, handled: now.handled - handled, repeats: now.repeats - repeats })
    }
  }
  const writing = repeat('noting deliveries', NOTE_EVERY_MS, write, log)

  return {
    note({ outcome, eventId, orderId }) {
      if (eventId === null || (outcome !== 'handled' && outcome !== 'unhandled' && outcome !== 'duplicate')) return
      if (waiting.size >= MOST_WAITING && !waiting.has(eventId)) return
      const { handled = 0, repeats = 0 } = waiting.get(eventId) ?? {}
      const reference = (orderId && namedOrder(orderId)) ?? ''
      const isRepeat = outcome === 'duplicate'
      waiting.set(eventId, { reference, handled: handled + (isRepeat ? 0 : 1), repeats: repeats + (isRepeat ? 1 : 0) })
    },

    async of(eventIds) {
      const ids = [...eventIds, '']
      const counted = await db.rows(sql`SELECT arrivals.*, orders.id AS order_id FROM arrivals
        LEFT JOIN orders ON orders.reference = arrivals.reference WHERE event_id IN ${ids}`)
      // A refund names no order: what it changed does.
      const changed = await db.rows(sql`SELECT audit.event_id, orders.id AS order_id, orders.reference FROM audit
        JOIN orders ON orders.id = audit.order_id WHERE audit.event_id IN ${ids}`)
      const orders = new Map<string, EventOrder>()
      for (const { event_id: eventId, order_id: id, reference } of [...counted, ...changed]) {
        if (id !== null) orders.set(eventId as string, { id: id as string, reference: reference as string })
      }
      const counts = new Map(counted.map((row) => [row['event_id'], row]))
      return new Map(
        eventIds.map((id) => {
          const { handled = 0, repeats = 0 } = counts.get(id) ?? {}
          return [id, { order: orders.get(id) ?? null, handled: Number(handled), repeats: Number(repeats) }]
        }),
      )
    },

    async eventsOf(reference) {
      const rows = await db.rows(sql`SELECT event_id FROM arrivals WHERE reference = ${reference}
        UNION SELECT audit.event_id FROM audit JOIN orders ON orders.id = audit.order_id
        WHERE orders.reference = ${reference} AND audit.event_id IS NOT NULL LIMIT ${MOST_OF_ORDER}`)
      return rows.map((row) => row['event_id'] as string)
    },

    async close() {
      await writing.stop()
      // A database that is away must not keep the shop from ending.
      await write().catch((error: unknown) => log('error', 'noting deliveries failed', { reason: String(error) }))
    },
  }
}
