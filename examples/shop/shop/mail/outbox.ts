/** Mails that are due, kept in the database. A mail is written in the transaction of its change, and sent afterwards. */
import { sql, type Database, type Statement } from '../database/database.js'
import type { ShopOrder } from '../orders/order.js'
import type { Mail } from './mails.js'

/** How long a process has to send a mail before another one tries, in milliseconds. */
const LEASE_MS = 60_000
const MOST_ATTEMPTS = 10

export interface QueuedMail extends Mail {
  readonly id: number
  readonly recipient: string
  readonly attempts: number
}

export function outboxRow({ id, email }: ShopOrder, { subject, body }: Mail): Statement {
  const now = new Date().toISOString()
  return sql`INSERT INTO outbox (order_id, recipient, subject, body, created_at, due_at, attempts)
    VALUES (${id}, ${email}, ${subject}, ${body}, ${now}, ${now}, 0)`
}

export function createOutbox(db: Database) {
  return {
    async due(now: Date): Promise<QueuedMail[]> {
      const rows = await db.rows(sql`SELECT id, recipient, subject, body, attempts FROM outbox
        WHERE due_at <= ${now.toISOString()} ORDER BY id LIMIT 20`)
      return rows.map((row) => ({
        id: Number(row['id']),
        recipient: row['recipient'] as string,
        subject: row['subject'] as string,
        body: row['body'] as string,
        attempts: Number(row['attempts']),
      }))
    },

    /** False if another process took it meanwhile. */
    take({ id, attempts }: QueuedMail, now: Date): Promise<boolean> {
      const until = new Date(now.getTime() + LEASE_MS).toISOString()
      return db.commit([
        sql`UPDATE outbox SET attempts = ${attempts + 1}, due_at = ${until}
          WHERE id = ${id} AND attempts = ${attempts} RETURNING id`,
      ])
    },

    async sent({ id }: QueuedMail): Promise<void> {
      await db.commit([
        sql`UPDATE outbox SET sent_at = ${new Date().toISOString()}, due_at = ${null} WHERE id = ${id} RETURNING id`,
      ])
    },

    /** The pauses grow, and finally the attempts end. The operator sees the mails that were not sent. */
    async failed({ id, attempts }: QueuedMail, now: Date): Promise<void> {
      const due = attempts + 1 >= MOST_ATTEMPTS ? null : new Date(now.getTime() + 2 ** attempts * 5000).toISOString()
      await db.commit([sql`UPDATE outbox SET due_at = ${due} WHERE id = ${id} RETURNING id`])
    },
  }
}

export type Outbox = ReturnType<typeof createOutbox>
