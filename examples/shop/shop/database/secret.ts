/** The shop's own secret, made at its first start and kept with its data, so that all its processes share it. */
import { randomBytes } from 'node:crypto'
import { sql, type Database } from './database.js'

const NAME = 'sessions'

export async function sessionSecret(db: Database): Promise<string> {
  const made = randomBytes(32).toString('base64url')
  await db.commit([
    sql`INSERT INTO secrets (name, secret) VALUES (${NAME}, ${made}) ON CONFLICT (name) DO NOTHING RETURNING name`,
  ])
  const [row] = await db.rows(sql`SELECT secret FROM secrets WHERE name = ${NAME}`)
  return row?.['secret'] as string
}
