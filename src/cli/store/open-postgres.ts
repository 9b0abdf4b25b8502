/** Opens a Postgres database with the project's client. */
import type { PostgresQueryable } from '../../stores/postgres.js'
import type { Io } from '../io.js'
import { ANSWER_LIMIT_MS, CONNECT_LIMIT_MS } from './limits.js'
import { exported, loadClient } from './load-client.js'

interface Pool extends PostgresQueryable {
  on(event: 'error', listener: () => void): unknown
  end(): Promise<void>
}

export async function openPostgres(url: string, { cwd }: Io) {
  const { module } = await loadClient(cwd, 'postgres', ['pg'])
  const Pool = exported(module, 'Pool') as new (options: object) => Pool
  const client = new Pool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
    application_name: 'express-payment-webhooks',
  })
  // The next query on the broken connection reports the error.
  client.on('error', () => {})
  return { client, close: () => client.end() }
}
