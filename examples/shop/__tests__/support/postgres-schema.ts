/** Postgres for one shop alone: a separate schema for its tables. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { DATABASE_URL } from '../../../../__tests__/support/services.js'

export async function createSchema() {
  const name = `shop_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client({ connectionString: DATABASE_URL })
  await admin.connect()
  await admin.query(`CREATE SCHEMA ${name}`)
  const url = new URL(DATABASE_URL)
  url.searchParams.set('options', `-c search_path=${name}`)
  return {
    url: url.href,
    drop: async () => {
      await admin.query(`DROP SCHEMA ${name} CASCADE`)
      await admin.end()
    },
  }
}
