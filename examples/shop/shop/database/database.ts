/** The shop's interface to a database: rows, and several changes as one. SQLite and Postgres run the same statements. */
import type { DurableStore } from 'express-payment-webhooks'

export type Value = string | number | null
export type Row = Readonly<Record<string, unknown>>

/** SQL in pieces, with a value between each two. Each database marks these places in its own way. */
export interface Statement {
  readonly pieces: readonly string[]
  readonly values: readonly Value[]
}

/**
 * `sql` in front of a template makes a statement. An inserted value is always a value, never SQL; a list becomes a list in
 * brackets.
 */
export function sql(template: readonly string[], ...inserted: (Value | readonly Value[])[]): Statement {
  const pieces = [template[0] ?? '']
  const values: Value[] = []
  inserted.forEach((value, index) => {
    const after = template[index + 1] ?? ''
    if (isList(value)) {
      const before = pieces.pop() ?? ''
      pieces.push(`${before}(`, ...value.slice(1).map(() => ', '), `)${after}`)
      values.push(...value)
    } else {
      pieces.push(after)
      values.push(value)
    }
  })
  return { pieces, values }
}

function isList(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value)
}

/** The transaction in which a webhook handler runs; undefined if the store has none. */
export type Transaction = unknown

export interface Database {
  readonly name: 'sqlite' | 'postgres'
  /** Reads rows, inside the handler's transaction if there is one. */
  rows(statement: Statement, tx?: Transaction): Promise<Row[]>
  /**
   * Makes all changes or none. The first statement decides: if it returns no row (`RETURNING`), another writer was faster,
   * nothing is changed and the result is false. In a handler's transaction, the changes commit with that transaction.
   */
  commit(statements: readonly Statement[], tx?: Transaction): Promise<boolean>
  /** Stores webhook events in the same database. */
  readonly events: DurableStore<Transaction>
  close(): Promise<void>
}
