/** The shop's tables. Times are ISO 8601 in UTC, which sorts as text. Structures are JSON that only the shop reads. */

/** @param serial the type of an automatically counted number in this database */
export function schema(serial: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS carts (
      session TEXT PRIMARY KEY,
      quantities TEXT NOT NULL,
      version INTEGER NOT NULL,
      updated_at TEXT NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS orders (
      id TEXT PRIMARY KEY,
      reference TEXT NOT NULL UNIQUE,
      session TEXT NOT NULL,
      provider TEXT NOT NULL,
      email TEXT NOT NULL,
      lines TEXT NOT NULL,
      instructions TEXT NOT NULL,
      payment TEXT NOT NULL,
      status TEXT NOT NULL,
      version INTEGER NOT NULL,
      expires_at TEXT NOT NULL,
      placed_at TEXT NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS orders_by_session ON orders (session, placed_at)',
    'CREATE INDEX IF NOT EXISTS orders_by_status ON orders (status, expires_at)',
    'CREATE INDEX IF NOT EXISTS orders_by_time ON orders (placed_at, id)',
    // By the provider's name of a payment, and by the shop's reference for it.
    `CREATE TABLE IF NOT EXISTS payments (
      id ${serial},
      provider TEXT NOT NULL,
      payment_id TEXT,
      reference TEXT NOT NULL,
      order_id TEXT NOT NULL,
      token TEXT,
      UNIQUE (provider, payment_id)
    )`,
    'CREATE INDEX IF NOT EXISTS payments_by_reference ON payments (provider, reference)',
    `CREATE TABLE IF NOT EXISTS audit (
      id ${serial},
      order_id TEXT NOT NULL,
      at TEXT NOT NULL,
      from_status TEXT NOT NULL,
      to_status TEXT NOT NULL,
      event_id TEXT,
      event_type TEXT,
      note TEXT
    )`,
    'CREATE INDEX IF NOT EXISTS audit_by_order ON audit (order_id)',
    `CREATE TABLE IF NOT EXISTS outbox (
      id ${serial},
      order_id TEXT NOT NULL,
      recipient TEXT NOT NULL,
      subject TEXT NOT NULL,
      body TEXT NOT NULL,
      created_at TEXT NOT NULL,
      due_at TEXT,
      attempts INTEGER NOT NULL,
      sent_at TEXT
    )`,
    'CREATE INDEX IF NOT EXISTS outbox_by_due ON outbox (due_at)',
    'CREATE INDEX IF NOT EXISTS outbox_by_order ON outbox (order_id)',
    `CREATE TABLE IF NOT EXISTS secrets (
      name TEXT PRIMARY KEY,
      secret TEXT NOT NULL
    )`,
    // The key ensures that an order ships only once, whatever else goes wrong.
    `CREATE TABLE IF NOT EXISTS shipments (
      order_id TEXT PRIMARY KEY,
      shipped_at TEXT NOT NULL
    )`,
  ]
}
