/** The module of docs/orders.md, "Orders in SQLite", on a database in memory that the test can inspect. */
import Database from 'libsql'
import { runBlock } from '../run-block.js'

export async function ordersInMemory(code: string): Promise<{ orders: Record<string, any>; db: Database.Database }> {
  const opened: Database.Database[] = []
  const libsql = {
    default: function open(file: string) {
      opened.push(new Database(file))
      return opened[0]
    },
    __esModule: true,
  }
  const before = process.env.SQLITE_FILE
  process.env.SQLITE_FILE = ':memory:'
  try {
    const orders = await runBlock(code, { modules: { libsql } })
    return { orders, db: opened[0]! }
  } finally {
    if (before === undefined) delete process.env.SQLITE_FILE
    else process.env.SQLITE_FILE = before
  }
}
