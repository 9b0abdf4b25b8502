/**
 * Creates the tables of a Postgres store, or adds the columns that an older version lacks: once, under a lock, through
 * any pool.
 */
import { ConfigurationError, PAGES } from '../../errors.js'
import { ADDED_COLUMNS, requireKnown, SCHEMA_VERSION, type SqlLayout } from './sql-layout.js'

interface Place {
  /** As the caller named it, with a schema before a dot if there is one. */
  readonly table: string
  readonly layout: SqlLayout
  readonly query: (text: string) => Promise<{ readonly rows: unknown[] }>
}

/** SQLSTATE 42501, insufficient_privilege: also reported to a role that may use a table but not change it. */
const NOT_ALLOWED = '42501'

/** @throws ConfigurationError `CONFIG_STORE_NEWER`, `CONFIG_STORE_OUTDATED` */
export async function preparePostgres(place: Place): Promise<void> {
  try {
    if ((await versionOf(place)) === SCHEMA_VERSION) return
  } catch (error) {
    // A role that may not read the version learns from `sql.probe` whether the table has the columns it needs.
    if (!isNotAllowed(error)) throw error
    return
  }
  try {
    await place.query(prepareStatement(place))
  } catch (error) {
    throw isNotAllowed(error) ? outdated(place, error) : error
  }
  await versionOf(place)
}

/** 0 if no table of this package states its version. */
async function versionOf({ table, layout, query }: Place): Promise<number> {
  const { rows } = await query(
    `SELECT to_regclass('${quoted(table)}') IS NOT NULL AND to_regclass('${quoted(`${table}_meta`)}') IS NOT NULL AS known`,
  )
  if (!(rows[0] as { known: boolean }).known) return 0
  const [found] = (await query(layout.readVersion)).rows as { value: string }[]
  const version = Number(found?.value ?? 0)
  requireKnown('postgresStore', `the table ${table}`, version)
  return version
}

/** One statement, so that it works through any pool. Processes that start together take turns. */
function prepareStatement({ table, layout }: Place): string {
  const name = table.split('.').at(-1)
  const on = `ON ${quoted(table)}`
  return `DO $init$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('express-payment-webhooks ${table}', 0));
    ${layout.createTable};
    ${layout.createMetaTable};
    ${ADDED_COLUMNS.map((column) => layout.addColumn(column).replace('ADD COLUMN', 'ADD COLUMN IF NOT EXISTS')).join(';\n    ')};
    CREATE INDEX IF NOT EXISTS "${name}_expires" ${on} (expires_at);
    CREATE INDEX IF NOT EXISTS "${name}_event" ${on} USING hash (event_id);
    CREATE INDEX IF NOT EXISTS "${name}_created" ${on} (created_at);
    CREATE INDEX IF NOT EXISTS "${name}_provider" ${on} (provider, created_at);
    CREATE INDEX IF NOT EXISTS "${name}_open" ${on} (state, created_at) WHERE state <> 'done';
    CREATE INDEX IF NOT EXISTS "${name}_due" ${on} (due_at) WHERE due_at IS NOT NULL;
    CREATE INDEX IF NOT EXISTS "${name}_order" ${on} (order_id) WHERE order_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS "${name}_payment" ${on} (payment_id) WHERE payment_id IS NOT NULL;
    ${layout.migrate.join(';\n    ')};
    ${layout.setVersion};
  END $init$`
}

function isNotAllowed(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === NOT_ALLOWED
}

function outdated({ table }: Place, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    'CONFIG_STORE_OUTDATED',
    `postgresStore: the table ${table} is missing or of an older version, and this role may not make it schema ${SCHEMA_VERSION}: start one process as the owner of the table, see ${PAGES}/upgrade.md`,
    { cause },
  )
}

export function quoted(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}
