/** The sandbox's SQLite database: payments, callbacks, and every attempt to deliver one. */
import Database from 'libsql'

export type Db = InstanceType<typeof Database>

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS payments (
    provider   TEXT NOT NULL,
    id         TEXT NOT NULL,
    reference  TEXT NOT NULL,
    payer_key  TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    document   TEXT NOT NULL,
    delivery   TEXT NOT NULL,
    PRIMARY KEY (provider, id)
  );
  CREATE INDEX IF NOT EXISTS payments_by_payer_key ON payments (provider, payer_key);
  CREATE INDEX IF NOT EXISTS payments_by_reference ON payments (provider, reference);
  CREATE TABLE IF NOT EXISTS deliveries (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    provider        TEXT NOT NULL,
    payment_id      TEXT NOT NULL,
    event           TEXT NOT NULL,
    body            TEXT NOT NULL,
    forged          INTEGER NOT NULL,
    state           TEXT NOT NULL,
    -- The delivery whose first attempt has to be over before this one starts.
    follows         INTEGER,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER
  );
  CREATE INDEX IF NOT EXISTS deliveries_by_payment ON deliveries (provider, payment_id);
  CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (next_attempt_at) WHERE state = 'waiting';
  CREATE TABLE IF NOT EXISTS attempts (
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
    number      INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    status      INTEGER,
    error       TEXT,
    PRIMARY KEY (delivery_id, number)
  );
`

export function openDatabase(path: string): Db {
  const db = new Database(path)
  db.exec('PRAGMA busy_timeout = 2000')
  db.exec('PRAGMA journal_mode = WAL')
  db.exec(SCHEMA)
  return db
}

/** All changes or none. IMMEDIATE, so that a locked database fails before anything is written. */
export function transaction<T>(db: Db, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}
