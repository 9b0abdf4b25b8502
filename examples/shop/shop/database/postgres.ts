/** Postgres: for several processes, and for effects that commit together with their event. */
import pg from 'pg'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import type { Log } from '../web/log.js'
import type { Database, Row, Statement, Transaction } from './database.js'
import { schema } from './schema.js'

const TIMEOUT_MS = 3000

export async function openPostgres(url: string, log: Log): Promise<Database> {
  const open = (max: number): pg.Pool => {
    const pool = new pg.Pool({
      connectionString: url,
      max,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      statement_timeout: TIMEOUT_MS,
    })
    // Without a listener, a restart of the server would end the shop.
    pool.on('error', (error) => log('error', 'postgres connection lost', { reason: error.message }))
    return pool
  }
  const pool = open(10)
  // A pool for events alone: every running handler holds one of its connections.
  const eventsPool = open(10)
  const events = postgresStore(eventsPool, { transactional: true })

  const ask = async (client: pg.Pool | pg.ClientBase, statement: Statement): Promise<Row[]> =>
    (await client.query(numbered(statement), [...statement.values])).rows as Row[]

  const change = async (client: pg.ClientBase, statements: readonly Statement[]): Promise<boolean> => {
    for (const [index, statement] of statements.entries()) {
      const rows = await ask(client, statement)
      if (index === 0 && rows.length === 0) return false
    }
    return true
  }

  const transaction = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    let failure: Error | undefined
    try {
      await client.query('BEGIN')
      const result = await work(client)
      await client.query('COMMIT')
      return result
    } catch (error) {
      failure = error as Error
      throw error
    } finally {
      // A connection whose transaction failed is closed. This rolls it back even if ROLLBACK cannot be sent.
      client.release(failure)
    }
  }

  await transaction(async (client) => {
    // Processes that start together take turns.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('example shop schema'))")
    for (const statement of schema('BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY')) await client.query(statement)
  })
  await events.init()

  return {
    name: 'postgres',
    events,
    rows: (statement, tx) => ask(clientOf(tx) ?? pool, statement),
    commit(statements, tx) {
      const client = clientOf(tx)
      if (client !== undefined) return change(client, statements)
      return transaction((own) => change(own, statements))
    },
    async close() {
      await events.close()
      await Promise.all([pool.end(), eventsPool.end()])
    },
  }
}

/** The store of this database gives a handler one of its connections. */
function clientOf(tx: Transaction): pg.ClientBase | undefined {
  return tx as pg.ClientBase | undefined
}

function numbered({ pieces }: Statement): string {
  return pieces.reduce((text, piece, index) => `${text}$${index}${piece}`)
}
