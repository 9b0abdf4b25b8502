/** Claims and completions outside of transactions: calls that arrive together are one statement and one commit. */
import type { ClaimRequest, ClaimResult } from '../../store.js'
import { batching, type Batches } from './batching.js'
import { isRefusedForRows } from './postgres-refusal.js'
import { durable } from './postgres-session.js'
import { claimResult, claimValues } from './sql-claim.js'
import type { SqlStatements, Statement } from './sql.js'

interface Place {
  readonly sql: SqlStatements
  /** Already quoted for use in a statement. */
  readonly table: string
  readonly now: string
  readonly run: (statement: Statement<unknown>) => Promise<unknown[]>
}

interface Completion {
  readonly key: string
  readonly token: string
}

/**
 * Always true; it limits how long a batch waits for a row, which others may lock for minutes. The other calls of the
 * batch are then repeated without that row. The setting applies to the statement that contains it, before its first row
 * is locked.
 */
const SHORT_LOCKS = `(SELECT set_config('lock_timeout', '200ms', true)) IS NOT NULL`

/** A trigger of the shop can cause this. */
const LEFT_OUT = 'postgresStore: the server accepted the statement but did not store this claim'

/** In the order of `claimValues`. */
const CLAIM_COLUMNS = {
  key: 'text',
  token: 'text',
  content_hash: 'text',
  holds_ms: 'bigint',
  lease_ms: 'bigint',
  retain_ms: 'bigint',
  lasts_ms: 'bigint',
  event_id: 'text',
  event_type: 'text',
  provider: 'text',
  account: 'text',
  order_id: 'text',
  payment_id: 'text',
  amount: 'text',
}

export function postgresBatches({ sql, table, now, run }: Place) {
  /** Ordered by key, so that two processes never wait for one another. */
  const claims = `SELECT key, 'processing', token, 1, content_hash, ${now} + holds_ms, lease_ms, retain_ms, ${now} + lasts_ms, event_id, event_type, provider, account, order_id, payment_id, amount, ${now}, ${now}
    FROM ${unnested(CLAIM_COLUMNS)} WHERE ${SHORT_LOCKS} ORDER BY key`

  /** Locks in a separate step, because an UPDATE takes its rows in whatever order it finds them. */
  const completions = `UPDATE ${table} AS e SET ${sql.done}
    FROM (SELECT h.key FROM ${unnested({ key: 'text', token: 'text' })} JOIN ${table} AS h ON h.key = c.key AND h.token = c.token
      WHERE h.state = 'processing' AND ${SHORT_LOCKS} ORDER BY h.key FOR UPDATE OF h) AS held
    WHERE e.key = held.key RETURNING e.key`

  const claimers = new Map<number, Batches<ClaimRequest, ClaimResult>>()
  const claimer = (contestMs: number) => {
    let known = claimers.get(contestMs)
    if (known === undefined) {
      const text = `${sql.claimText(contestMs, claims)}, key`
      const claimAll = async (requests: readonly ClaimRequest[]) => {
        const rows = byKey(await run({ text, values: transposed(requests.map(claimValues)) }))
        return requests.map((request) => {
          const row = rows.get(request.key)
          return row === undefined ? new Error(LEFT_OUT) : claimResult(row, request)
        })
      }
      const claimOne = async (request: ClaimRequest) => [claimResult((await run(sql.claim(request)))[0], request)]
      known = batching({
        run: (requests) => (requests.length === 1 ? claimOne(requests[0]!) : claimAll(requests)),
        keyOf: ({ key }) => key,
        isRefusal: isRefusedForRows,
      })
      claimers.set(contestMs, known)
    }
    return known
  }

  const completer = batching<Completion, boolean>({
    async run(held) {
      const [first] = held
      if (held.length === 1) return [(await run(durable(sql.complete(first!.key, first!.token)))).length > 0]
      const values = transposed(held.map(({ key, token }) => [key, token]))
      const rows = byKey(await run(durable({ text: completions, values })))
      return held.map(({ key }) => rows.has(key))
    },
    keyOf: ({ key }) => key,
    isRefusal: isRefusedForRows,
  })

  return {
    claim: (request: ClaimRequest) => claimer(request.contestMs).add(request),
    complete: (key: string, token: string) => completer.add({ key, token }),
    flush: () => {
      for (const batches of [...claimers.values(), completer]) batches.flush()
    },
  }
}

/** One list per column; the rows are called `c`. */
function unnested(columns: Readonly<Record<string, string>>): string {
  const lists = Object.values(columns).map((type) => `?::${type}[]`)
  return `unnest(${lists.join(', ')}) AS c (${Object.keys(columns).join(', ')})`
}

function transposed(rows: readonly (readonly (string | number | null)[])[]): (string | number | null)[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!))
}

function byKey(rows: readonly unknown[]): Map<string, unknown> {
  return new Map(rows.map((row) => [(row as { key: string }).key, row]))
}
