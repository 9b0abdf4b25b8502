/** Real Postgres under random lists: two processes with transactional stores, one with a plain store, and an observer. */
import { Pool, type PoolClient } from 'pg'
import { clock, sleep } from '../../src/lib/clock.js'
import { postgresStore } from '../../src/stores/postgres.js'
import type { DurableStore } from '../../src/store.js'
import { DATABASE_URL } from './services.js'
import type { OfClaim } from './simulation/open-claims.js'
import { WAITS } from './simulation/transactional-model.js'
import { answerOf, requestOf, withoutTime, type Token } from './store-operations.js'
import { PROCESSES, processOf, type TransactionalOperation } from './transactional-operations.js'

/** The transaction that a claim has given to its handler. */
interface Given {
  readonly tx: PoolClient
  readonly process: number
  readonly pid: number
  timesLost: number
}

type Named<Name extends string> = Extract<TransactionalOperation, { readonly name: Name }>

/** An operation that waits this long is stuck, and fails the list. */
const STUCK_MS = 5000

const HARM = {
  statement: () => 'SELECT 1 / 0',
  constraint: (effects: string) => `INSERT INTO ${effects} (key, refused) VALUES ('refused', -1)`,
  rollback: () => 'ROLLBACK',
} as const

export class TransactionalScene {
  /** A store for reading, whose process has no claims. */
  readonly reader: DurableStore
  readonly #table: string
  readonly #effects: string
  readonly #pools: readonly Pool[]
  readonly #plain: Pool
  readonly #stores: DurableStore<PoolClient>[]
  readonly #given = new Map<string, Given>()
  /** Statements that the stores send outside of transactions. */
  readonly #sent: Promise<unknown>[] = []
  #waiting: Promise<unknown> | undefined

  constructor(table: string) {
    this.#table = table
    this.#effects = `${table}_effects`
    // A statement that would wait for ever is ended, and so fails its list.
    const options = { connectionString: DATABASE_URL, application_name: table, statement_timeout: STUCK_MS }
    const pool = () => new Pool({ ...options, max: 8 }).on('error', () => {})
    this.#pools = PROCESSES.map(pool)
    this.#plain = pool()
    this.#stores = PROCESSES.map((process) => this.#open(process))
    this.reader = postgresStore(this.#plain, { table })
  }

  async create(): Promise<void> {
    await this.reader.init()
    await this.#plain.query(`CREATE TABLE ${this.#effects} (id serial PRIMARY KEY, key text NOT NULL,
      refused int REFERENCES ${this.#effects} DEFERRABLE INITIALLY DEFERRED)`)
  }

  async clear(): Promise<void> {
    this.#given.clear()
    this.#sent.length = 0
    await this.#plain.query(
      `DELETE FROM ${this.#table}; DELETE FROM ${this.#effects}; DELETE FROM ${this.#table}_meta WHERE name <> 'schema'`,
    )
  }

  async drop(): Promise<void> {
    for (const store of [...this.#stores, this.reader]) await store.close()
    await this.#plain.query(`DROP TABLE ${this.#table}, ${this.#table}_meta, ${this.#effects}`)
    await Promise.all([...this.#pools, this.#plain].map((pool) => pool.end()))
  }

  /** The number of committed statements of handlers. */
  async effects(key: string): Promise<number> {
    const text = `SELECT count(*)::int AS effects FROM ${this.#effects} WHERE key = $1`
    return (await this.#plain.query<{ effects: number }>(text, [key])).rows[0]!.effects
  }

  /** @param waits whether another transaction must end first: in that case there is no answer now */
  async play(operation: TransactionalOperation, waits: boolean): Promise<unknown> {
    const answer = this.#answerTo(operation).catch((error: unknown) => `rejected: ${String(error)}`)
    if (!waits) return answer
    this.#waiting = answer
    let isAnswered = false
    void answer.finally(() => (isAnswered = true))
    await until(async () => isAnswered || (await this.#isAnybodyWaiting()))
    if (isAnswered) return answer
    // The next operation must have another time, by the milliseconds of the server's clock.
    await sleep(2)
    return WAITS
  }

  /** The answer to the waiting operation. */
  async freed(): Promise<unknown> {
    return this.#waiting
  }

  hasGiven({ token, key }: OfClaim): boolean {
    return this.#given.has(`${token} ${key}`)
  }

  async #answerTo(operation: TransactionalOperation): Promise<unknown> {
    switch (operation.name) {
      case 'prune':
        return this.reader.prune()
      case 'restart':
        return this.#restart(operation.process)
      case 'effect':
        return this.#effect(operation)
      case 'harm':
        return this.#harm(operation)
      case 'claim':
        return this.#claim(operation)
      case 'complete':
        try {
          return await this.#storeOf(operation.token).complete(operation.key, operation.token)
        } catch (error) {
          return (error as { workRefused?: true }).workRefused === true ? 'refused' : 'rejected'
        }
      case 'extend':
      case 'release':
        return answerOf(this.#storeOf(operation.token) as DurableStore<never>, operation)
      default:
        return answerOf(this.#stores[0]! as DurableStore<never>, operation)
    }
  }

  #storeOf(token: Token): DurableStore<PoolClient> {
    const process = processOf(token)
    return process === undefined ? (this.reader as DurableStore<never>) : this.#stores[process]!
  }

  async #claim(operation: Named<'claim'>): Promise<unknown> {
    const { key, token } = operation
    const process = processOf(token)
    const result = await this.#storeOf(token).claim(requestOf(operation))
    if (process !== undefined && result.state === 'claimed') {
      const { tx } = result
      const before = this.#given.get(`${token} ${key}`)
      const pid = (tx as PoolClient & { readonly processID: number }).processID
      const given = before?.tx === tx ? before : { tx, process, pid, timesLost: 0 }
      this.#given.set(`${token} ${key}`, given)
      result.onLost?.(() => void given.timesLost++)
    }
    return withoutTime(result)
  }

  async #effect({ key, token }: Named<'effect'>): Promise<unknown> {
    const { tx } = this.#given.get(`${token} ${key}`)!
    try {
      await tx.query(`INSERT INTO ${this.#effects} (key) VALUES ($1)`, [key])
      return 'done'
    } catch {
      return 'rejected'
    }
  }

  async #harm({ key, token, harm }: Named<'harm'>): Promise<unknown> {
    const given = this.#given.get(`${token} ${key}`)!
    if (harm === 'connection') {
      await this.#plain.query('SELECT pg_terminate_backend($1, 5000)', [given.pid])
      await until(async () => given.timesLost > 0)
    } else if (harm === 'lease') {
      const before = this.#sent.length
      await this.#stores[given.process]!.extend(key, token, 1)
      await until(async () => this.#sent.length > before)
      await Promise.allSettled(this.#sent.slice(before))
      await this.#ended([given.pid])
    } else await given.tx.query(HARM[harm](this.#effects)).catch(() => {})
    return { timesLost: given.timesLost }
  }

  async #restart(process: number): Promise<undefined> {
    await this.#stores[process]!.close()
    const open = [...this.#given.values()].filter((given) => given.process === process)
    this.#stores[process] = this.#open(process)
    await this.#ended(open.map(({ pid }) => pid))
  }

  #open(process: number): DurableStore<PoolClient> {
    const pool = this.#pools[process]!
    const query = (text: string, values?: unknown[]) => {
      const sent = pool.query(text, values)
      this.#sent.push(sent)
      return sent
    }
    return postgresStore({ connect: () => pool.connect(), query }, { table: this.#table, transactional: true })
  }

  /** Resolves once the server knows that these connections are closed, too. */
  async #ended(pids: readonly number[]): Promise<void> {
    const text = `SELECT pid FROM pg_stat_activity WHERE pid = ANY ($1) AND state LIKE 'idle in transaction%'`
    await until(async () => (await this.#plain.query(text, [pids])).rows.length === 0)
  }

  async #isAnybodyWaiting(): Promise<boolean> {
    const text = `SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`
    return (await this.#plain.query(text, [this.#table])).rows.length > 0
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = clock.monotonic() + STUCK_MS
  while (!(await isSo())) {
    if (clock.monotonic() > end) throw new Error('what the list waits for did not come')
    await sleep(1)
  }
}
