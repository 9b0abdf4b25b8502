/** What the shop asks of a database: rows, and several changes as one. SQLite and Postgres answer to the same statements. */
import type { DurableStore } from 'express-payment-webhooks'

export type Value = string | number | null
export type Row = Readonly<Record<string, unknown>>

/** SQL in pieces, with a value between each two: each database marks the places in its own way. */
export interface Statement {
  readonly pieces: readonly string[]
  readonly values: readonly Value[]
}

/** `sql` in front of a template makes a statement. What is put into it is always a value, never SQL; a list of values is one in brackets. */
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

/** The transaction that a webhook handler runs in; undefined where the store has none. */
export type Transaction = unknown

export interface Database {
  readonly name: 'sqlite' | 'postgres'
  /** Reads, inside of the handler's transaction where there is one. */
  rows(statement: Statement, tx?: Transaction): Promise<Row[]>
  /**
   * Makes all changes or none. The first statement decides: when it answers no row (`RETURNING`), somebody else was
   * faster, nothing is changed and the answer is false. In a handler's transaction it commits with that.
   */
  commit(statements: readonly Statement[], tx?: Transaction): Promise<boolean>
  /** Remembers webhook events in the same database. */
  readonly events: DurableStore<Transaction>
  close(): Promise<void>
}
