/** Transactional mode: the claim, the handler's effect and the completion are one transaction on one connection. */
import type { Awaitable } from '../../lib/awaitable.js'
import { clock, MAX_TIMER_MS, type Timer } from '../../lib/clock.js'
import type { ClaimRequest, ClaimResult, ClaimEnding, KeptEvent } from '../../store.js'
import { lend, type Lent } from './lent-client.js'
import {
  begin,
  giveBack,
  idleTimeout,
  isBroken,
  letGo,
  onBroken,
  resultsOf,
  SAVEPOINT,
  type PostgresClient,
} from './postgres-connection.js'
import { refusalOf, refusedWork } from './postgres-refusal.js'
import { afterHandler, durable, type Session } from './postgres-session.js'
import { claimResult } from './sql-claim.js'
import type { SqlStatements, Statement } from './sql.js'

interface Held<Client> {
  readonly request: ClaimRequest
  readonly attempt: number
  readonly acceptedForMs: number | null
  readonly client: Client
  readonly session: Session
  /** Latest end of the transaction, in milliseconds of this process's monotonic clock. */
  readonly endsAt: number
  /** The client as the handler sees it. */
  readonly lent: Lent<Client>
  timer: Timer
  /** Reports to the caller that runs the handler that another delivery may run it now. */
  lose?: () => void
}

interface Connections<Client> {
  readonly connect: () => Promise<Client>
  /** Numbers the placeholders, as Postgres requires. */
  readonly numbered: (statement: Statement) => Statement
  /** Runs a statement outside of any transaction. */
  readonly run: (statement: Statement) => Promise<unknown[]>
  /** Distinguishes the locks of two stores in one database. */
  readonly table: string
  /** How long one transaction may stay open, in milliseconds. */
  readonly transactionMs: number
}

export function postgresTransactions<Client extends PostgresClient>(
  sql: SqlStatements,
  { connect, numbered, run, table, transactionMs }: Connections<Client>,
) {
  const held = new Map<string, Held<Client>>()
  /** Claims whose work was refused, by token: their transactions are undone, but their failure is not recorded yet. */
  const refused = new Map<string, Held<Client>>()
  /** Claims whose transaction was open for too long, by token: it is undone, but their handler has not ended yet. */
  const cutOff = new Map<string, Held<Client>>()

  const on = async (client: Client, statement: Statement): Promise<unknown[]> => {
    const { text, values } = numbered(statement)
    return (await client.query(text, [...values])).rows as unknown[]
  }

  const take = (key: string, token: string): Held<Client> | undefined => {
    const claim = held.get(key)
    if (claim?.request.token !== token) return undefined
    end(claim)
    return claim
  }

  /**
   * Comes before anything else, so that no statement of the handler gets between the statements that settle the claim.
   */
  const end = (claim: Held<Client>, reason?: string) => {
    clock.clear(claim.timer)
    held.delete(claim.request.key)
    claim.lent.takeBack(reason)
  }

  /** Closes the connection instead of reusing it, because the handler may still be using it. */
  const abandon = (claim: Held<Client>, reason: string) => {
    end(claim, reason)
    giveBack(claim.client, new Error(`postgresStore: ${reason}`))
  }

  /** A handler that hangs renews its lease like any other: without `endsAt` it would hold its connection for ever. */
  const leaseTimer = ({ key, token }: ClaimRequest, leaseMs: number, endsAt: number) => {
    const leftMs = endsAt - clock.monotonic()
    const isLast = leftMs < leaseMs
    const reason = isLast ? openTooLong(transactionMs) : 'the lease passed'
    const onExpire = () => {
      const claim = held.get(key)
      if (claim?.request.token !== token) return
      abandon(claim, reason)
      if (isLast) cutOff.set(token, claim)
      claim.lose?.()
      void run(sql.recordFailure(claim.request, claim.attempt, reason)).catch(() => {})
    }
    return clock.setTimeout(onExpire, Math.min(leaseMs, leftMs, MAX_TIMER_MS)).unref()
  }

  /** Renews both ends of the lease: our timer, and the server's limit for idle transactions. */
  const renew = (claim: Held<Client>, leaseMs: number) => {
    clock.clear(claim.timer)
    claim.timer = leaseTimer(claim.request, leaseMs, claim.endsAt)
    // Queued behind the statements of the handler on this connection, so not awaited.
    claim.client.query(idleTimeout(leaseMs)).catch(() => {})
  }

  return {
    async claim(request: ClaimRequest): Promise<ClaimResult<Client>> {
      const holder = held.get(request.key)
      if (holder !== undefined) {
        if (!isBroken(holder.client)) return heldHere(holder, request)
        // The server has undone its transaction, so the event is free, here as elsewhere.
        abandon(holder, 'the connection was lost')
      }
      const client = await connect()
      try {
        const { locked, lock_timeout, ...session } = await begin(client, table, request)
        const result = locked ? await claimLocked(client, request, lock_timeout) : ({ state: 'busy' } as const)
        if (result.state !== 'claimed') {
          // COMMIT keeps the mark on a lease that this claim has contested: the lease may be of a store without
          // transactions.
          await client.query('COMMIT')
          giveBack(client)
          return result
        }
        const endsAt = clock.monotonic() + transactionMs
        const timer = leaseTimer(request, request.leaseMs, endsAt)
        const lent = lend(client)
        const { attempt, acceptedForMs } = result
        const claim: Held<Client> = { request, attempt, acceptedForMs, client, session, endsAt, lent, timer }
        held.set(request.key, claim)
        onBroken(client, () => claim.lose?.())
        return claimed(claim)
      } catch (error) {
        await letGo(client, error as Error)
        throw error
      }
    },

    /**
     * Commits, together with the claim, all statements that the handler sent before it resolved, awaited or not.
     * Rejects unless it is certain that the transaction committed; the sender then has to deliver again.
     * If Postgres refuses the work, because of a deferred constraint or a statement that failed before, or if the
     * transaction was open for too long, the handler has failed and its failure is recorded.
     */
    async complete(key: string, token: string): Promise<boolean> {
      if (cutOff.has(token)) throw refusedWork(openTooLong(transactionMs))
      const claim = take(key, token)
      if (claim === undefined) return false
      try {
        const results = await claim.client.query(afterHandler(claim.session, sql.complete(key, token)))
        const done = resultsOf(results).at(-1)?.rows[0]
        await claim.client.query(done === undefined ? 'ROLLBACK' : 'COMMIT')
        giveBack(claim.client)
        return done !== undefined
      } catch (error) {
        await letGo(claim.client, error as Error)
        const refusal = refusalOf(error)
        if (refusal === null) throw error
        refused.set(token, claim)
        throw refusal
      }
    },

    /**
     * Undoes the handler's effect but keeps the lock until the failure is recorded, so that no other claim gets
     * between. If the connection is lost, so is the lock: the failure is recorded all the same, and the answer is
     * false.
     * Sends the statements one by one: after a statement that timed out in the queue, the next one must not commit the
     * effect. Then closes the connection, because a handler that failed may have left a cursor or a statement on it.
     */
    async release(
      key: string,
      token: string,
      lastError: string,
      ending: ClaimEnding = 'failed',
      kept?: KeptEvent,
    ): Promise<boolean> {
      const failureOf = ({ request, attempt }: Held<Client>, isLocked = false) =>
        sql.recordFailure(request, attempt, lastError, ending, kept, isLocked)
      const late = cutOff.get(token)
      // No handler has run, and the end of its transaction has undone the claim.
      if (ending === 'unused' && cutOff.delete(token)) return false
      const undone = refused.get(token) ?? late
      if (undone !== undefined) {
        // A handler that was cut off has a record of this attempt already, with nothing to run again.
        const recorded = await run(durable(failureOf(undone, undone === late)))
        refused.delete(token)
        cutOff.delete(token)
        return recorded.length > 0
      }
      const claim = take(key, token)
      if (claim === undefined) return false
      if (ending === 'unused') return undo(claim)
      try {
        await claim.client.query(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`)
        const recorded = await on(claim.client, failureOf(claim, true))
        await claim.client.query('COMMIT')
        giveBack(claim.client, new Error(`postgresStore: released: ${lastError}`))
        return recorded.length > 0
      } catch (error) {
        await letGo(claim.client, error as Error)
        await run(failureOf(claim))
        return false
      }
    },

    /**
     * Sends the statement even if the claim is not held here, so that the server can refuse it: a health check relies
     * on that.
     */
    extend(key: string, token: string, leaseMs: number): Awaitable<boolean> {
      const claim = held.get(key)
      if (claim === undefined) return run(sql.extend(key, token, leaseMs)).then((rows) => rows.length > 0)
      if (claim.request.token !== token || isBroken(claim.client)) return false
      renew(claim, leaseMs)
      return true
    },

    close() {
      for (const claim of held.values()) abandon(claim, 'the store was closed')
    },
  }

  /** RETURNING runs after all lock waits, so this restores the shop's own lock timeout for the handler. */
  async function claimLocked(client: Client, request: ClaimRequest, lockTimeout: string): Promise<ClaimResult> {
    const { text, values } = sql.claim(request)
    const [row] = await on(client, {
      text: `${text}, set_config('lock_timeout', ?, true)`,
      values: [...values, lockTimeout],
    })
    return claimResult(row, request)
  }

  /** No handler has used the connection, so both the connection and the record are unchanged. */
  async function undo({ client }: Held<Client>): Promise<true> {
    try {
      await client.query('ROLLBACK')
      giveBack(client)
    } catch (error) {
      // The transaction ends with its connection.
      giveBack(client, error as Error)
    }
    return true
  }

  function heldHere(claim: Held<Client>, { token, contentHash, leaseMs }: ClaimRequest): ClaimResult<Client> {
    const { request } = claim
    if (request.contentHash !== contentHash) return { state: 'conflict' }
    if (request.token !== token) return { state: 'busy' }
    renew(claim, leaseMs)
    return claimed(claim)
  }
}

function openTooLong(transactionMs: number): string {
  return `its transaction was open for ${transactionMs} ms, the limit that transactionMs sets`
}

function claimed<Client extends PostgresClient>(claim: Held<Client>): ClaimResult<Client> {
  const { attempt, acceptedForMs, client, lent } = claim
  const onLost = (listener: () => void) => {
    // Calls back once, although first the connection and then the lease may end.
    claim.lose = () => {
      delete claim.lose
      listener()
    }
    if (isBroken(client)) claim.lose()
  }
  return { state: 'claimed', attempt, acceptedForMs, tx: lent.tx, onLost }
}
