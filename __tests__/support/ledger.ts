/** Work of handlers in all processes: one entry for every run and one for every effect, never changed afterwards. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** An entry that a handler writes. */
export interface NewEntry {
  readonly kind: 'begun' | 'effect'
  readonly event: string
  readonly type: string
  readonly order: string
  readonly amount: string
  readonly attempt: number
  readonly key: string
  readonly pid: number
}

export interface LedgerEntry extends NewEntry {
  /** The time of the entry, in milliseconds, on the clock that all processes of a machine share. */
  readonly at: number
}

/** The required part of a Postgres client, or of the transaction a handler runs in. */
export interface LedgerClient {
  query(text: string, values?: unknown[]): Promise<{ rows: any[] }>
}

/** A line is one write at the end of the file, so that a killed process leaves all of it or nothing. */
export function writeLine(file: string, entry: NewEntry): void {
  appendFileSync(file, `${JSON.stringify({ ...entry, at: Date.now() })}\n`)
}

export async function writeRow(client: LedgerClient, table: string, entry: NewEntry): Promise<void> {
  await client.query(`INSERT INTO ${table} (entry) VALUES ($1)`, [JSON.stringify({ ...entry, at: Date.now() })])
}

export class Ledger {
  readonly file: string
  readonly #table: { readonly name: string; readonly client: LedgerClient } | undefined

  /** @param table written by the handlers of a transactional store; their runs are in the file nevertheless */
  constructor(file: string, table?: { readonly name: string; readonly client: LedgerClient }) {
    this.file = file
    this.#table = table
  }

  get table(): string | undefined {
    return this.#table?.name
  }

  async create(): Promise<void> {
    await this.#table?.client.query(`CREATE TABLE ${this.#table.name} (at SERIAL PRIMARY KEY, entry JSONB NOT NULL)`)
  }

  /** Every run, including those that were rolled back. */
  runs(event?: string): LedgerEntry[] {
    return this.#lines().filter((entry) => entry.kind === 'begun' && (event === undefined || entry.event === event))
  }

  /** The committed entries. */
  async entries(event?: string): Promise<LedgerEntry[]> {
    const all =
      this.#table === undefined
        ? this.#lines()
        : (await this.#table.client.query(`SELECT entry FROM ${this.#table.name} ORDER BY at`)).rows.map(
            ({ entry }) => entry as LedgerEntry,
          )
    return event === undefined ? all : all.filter((entry) => entry.event === event)
  }

  async effects(event?: string): Promise<LedgerEntry[]> {
    return (await this.entries(event)).filter(({ kind }) => kind === 'effect')
  }

  #lines(): LedgerEntry[] {
    if (!existsSync(this.file)) return []
    const lines = readFileSync(this.file, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line) as LedgerEntry)
  }
}
