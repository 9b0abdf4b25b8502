/** Payments in the database. */
import type { DeliverySettings } from '../delivery/settings.js'
import { USUAL_DELIVERY } from '../delivery/settings.js'
import type { Payment, ProviderName } from '../payment.js'
import type { Db } from './database.js'

interface Row {
  readonly document: string
  readonly delivery: string
}

export interface StoredPayment {
  readonly payment: Payment
  readonly delivery: DeliverySettings
}

export function paymentTable(db: Db) {
  const insert = db.prepare(
    `INSERT INTO payments (provider, id, reference, payer_key, created_at, expires_at, document, delivery)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const update = db.prepare('UPDATE payments SET document = ?, expires_at = ? WHERE provider = ? AND id = ?')
  const configure = db.prepare('UPDATE payments SET delivery = ? WHERE provider = ? AND id = ?')
  const byId = db.prepare('SELECT * FROM payments WHERE provider = ? AND id = ?')
  const byPayerKey = db.prepare('SELECT * FROM payments WHERE provider = ? AND payer_key = ?')
  // rowid breaks the tie between two payments of the same millisecond.
  const byReference = db.prepare(
    'SELECT * FROM payments WHERE provider = ? AND reference = ? ORDER BY created_at DESC, rowid DESC LIMIT 1',
  )
  const newest = db.prepare(
    'SELECT * FROM payments WHERE ? IS NULL OR reference = ? ORDER BY created_at DESC, rowid DESC LIMIT 100',
  )
  const expiring = db.prepare('SELECT * FROM payments WHERE expires_at <= ?')
  const nextExpiry = db.prepare('SELECT min(expires_at) AS at FROM payments')
  const count = db.prepare('SELECT count(*) AS count FROM payments WHERE provider = ?')

  return {
    add(payment: Payment): void {
      const { provider, id, reference, payerKey, createdAt, expiresAt } = payment
      const documents = [JSON.stringify(payment), JSON.stringify(USUAL_DELIVERY)]
      insert.run(provider, id, reference, payerKey, createdAt, expiresAt, ...documents)
    },
    save(payment: Payment): void {
      update.run(JSON.stringify(payment), payment.expiresAt, payment.provider, payment.id)
    },
    configure({ provider, id }: Payment, delivery: DeliverySettings): void {
      configure.run(JSON.stringify(delivery), provider, id)
    },
    find: (provider: ProviderName, id: string) => read(byId.get(provider, id)),
    findByPayerKey: (provider: ProviderName, key: string) => read(byPayerKey.get(provider, key)),
    /** The newest one: a merchant may try an order again. */
    findByReference: (provider: ProviderName, reference: string) => read(byReference.get(provider, reference)),
    newest: (reference: string | null) => newest.all(reference, reference).map((row) => read(row)!),
    expiringBy: (now: number) => expiring.all(now).map((row) => read(row)!),
    nextExpiry: () => (nextExpiry.get() as { at: number | null }).at,
    count: (provider: ProviderName) => (count.get(provider) as { count: number }).count,
  }
}

export type PaymentTable = ReturnType<typeof paymentTable>

function read(row: unknown): StoredPayment | null {
  if (row === undefined) return null
  const { document, delivery } = row as Row
  return { payment: JSON.parse(document) as Payment, delivery: JSON.parse(delivery) as DeliverySettings }
}
