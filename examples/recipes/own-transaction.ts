/** An effect and the note that it is done, in one transaction of the shop: for any store and any library with transactions. */
import type { Handler, WebhookEvent } from 'express-payment-webhooks'
import type { Pool, PoolClient } from 'pg'

/** Create it with your own tables. You may delete rows that are older than the store's `retainMs`. */
export const HANDLED = `CREATE TABLE IF NOT EXISTS handled_event (key text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`

export function onceIn<Event extends WebhookEvent>(
  pool: Pool,
  act: (event: Event, tx: PoolClient) => Promise<unknown>,
): Handler<Event> {
  return async (event, { idempotencyKey }) => {
    const tx = await pool.connect()
    try {
      await tx.query('BEGIN')
      const note = 'INSERT INTO handled_event (key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING key'
      const { rows } = await tx.query(note, [idempotencyKey])
      // If nothing was inserted, an earlier run got this far, but its process ended before the store was updated.
      if (rows.length === 1) await act(event, tx)
      await tx.query('COMMIT')
      tx.release()
    } catch (error) {
      // Closes the connection, which rolls the transaction back.
      tx.release(error as Error)
      throw error
    }
  }
}
