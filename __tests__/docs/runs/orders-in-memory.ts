/** The module of docs/orders.md, "Orders in SQLite", on a database in memory, which the test can look into. */
import Database from 'libsql'
import { runBlock } from '../run-block.js'

export async function ordersInMemory(code: string): Promise<{ orders: Record<string, any>; db: Database.Database }> {
  let db: Database.Database | null = null
  const libsql = {
    default: class extends Database {
      constructor(file: string) {
        super(file)
        db = this
      }
    },
    __esModule: true,
  }
  const before = process.env.SQLITE_FILE
  process.env.SQLITE_FILE = ':memory:'
  try {
    const orders = await runBlock(code, { modules: { libsql } })
    return { orders, db: db! }
  } finally {
    if (before === undefined) delete process.env.SQLITE_FILE
    else process.env.SQLITE_FILE = before
  }
}
