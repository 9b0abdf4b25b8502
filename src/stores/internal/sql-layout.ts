/**
 * The layout of an SQL store: the tables that `init` creates, and the columns that it adds to a table of an older
 * version.
 */
import { ConfigurationError } from '../../errors.js'

/** Goes up by one whenever a version writes something that the version before cannot read. */
export const SCHEMA_VERSION = 2

/** The columns of the first layout. None of them was ever dropped or changed. */
const FIRST_COLUMNS = (binaryType: string) => `
      key TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      token TEXT NOT NULL,
      attempt BIGINT NOT NULL,
      content_hash TEXT NOT NULL,
      lease_until BIGINT NOT NULL,
      retain_ms BIGINT NOT NULL,
      expires_at BIGINT,
      event_id TEXT,
      event_type TEXT,
      provider TEXT NOT NULL,
      last_error TEXT,
      code TEXT,
      body ${binaryType},
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL`

/** Without NOT NULL, so that a process of an older version can go on next to one of this version. */
const ADDED = {
  account: 'TEXT',
  order_id: 'TEXT',
  payment_id: 'TEXT',
  amount: 'TEXT',
  lease_ms: 'BIGINT',
  contested_at: 'BIGINT',
  headers: 'TEXT',
  kept_as: 'TEXT',
  due_at: 'BIGINT',
  accepted_at: 'BIGINT',
  failed_runs: 'TEXT',
} as const

type AddedColumn = keyof typeof ADDED

export const ADDED_COLUMNS = Object.keys(ADDED) as readonly AddedColumn[]

export interface LayoutDialect {
  /** Already quoted for use in a statement. */
  readonly table: string
  /** Holds the schema's version, and the cursors and locks that processes share. */
  readonly metaTable: string
  readonly now: string
  readonly binaryType: string
}

export type SqlLayout = ReturnType<typeof sqlLayout>

export function sqlLayout({ table, metaTable, now, binaryType }: LayoutDialect) {
  const added = Object.entries(ADDED).map(([name, type]) => `${name} ${type}`)
  return {
    createTable: `CREATE TABLE IF NOT EXISTS ${table} (${[FIRST_COLUMNS(binaryType), ...added].join(',\n      ')}
    )`,
    createMetaTable: `CREATE TABLE IF NOT EXISTS ${metaTable} (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      token TEXT,
      until BIGINT,
      updated_at BIGINT NOT NULL
    )`,
    addColumn: (name: AddedColumn) => `ALTER TABLE ${table} ADD COLUMN ${name} ${ADDED[name]}`,
    /** Converts records of the first layout, which stored the same facts differently. */
    migrate: [
      `UPDATE ${table} SET due_at = updated_at WHERE state = 'replay_requested' AND due_at IS NULL`,
      `UPDATE ${table} SET kept_as = 'delivery' WHERE state IN ('quarantined', 'replay_requested') AND kept_as IS NULL`,
    ],
    setVersion: `INSERT INTO ${metaTable} AS m (name, value, updated_at) VALUES ('schema', '${SCHEMA_VERSION}', ${now})
      ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
      WHERE CAST(m.value AS INTEGER) < ${SCHEMA_VERSION}`,
    readVersion: `SELECT value FROM ${metaTable} WHERE name = 'schema'`,
  }
}

/** @throws ConfigurationError `CONFIG_STORE_NEWER` if a newer version has used this place */
export function requireKnown(storeName: string, where: string, version: number): void {
  if (version <= SCHEMA_VERSION) return
  throw new ConfigurationError(
    'CONFIG_STORE_NEWER',
    `${storeName}: ${where} has schema ${version}, and this version of express-payment-webhooks supports ${SCHEMA_VERSION}: update the package in this process, or give it a place of its own`,
  )
}
