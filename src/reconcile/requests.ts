/**
 * An operator's command requests a reconciliation by a note in the store, and the running shop answers it there. So the
 * command needs no credentials of the provider, and the shop's own handlers run.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { clock, sleep } from '../lib/clock.js'
import type { Provider } from '../provider.js'
import { about } from './cursor.js'
import { ReconcileError } from './errors.js'
import type { Reconciliation } from './reconcile.js'
import type { Shared } from './shared.js'

type Account = Pick<Provider, 'name' | 'account'>

export interface ReconcileRequest {
  readonly id: string
  /** ISO 8601; null means from the end of the last run. */
  readonly since: string | null
  readonly adopt: boolean
}

export interface ReconcileAnswer extends Reconciliation {
  /** The id of the request. */
  readonly id: string
  readonly state: 'running' | 'done' | 'refused'
  /** The reason why it was refused or ended too early. */
  readonly error: { readonly code: string; readonly message: string } | null
}

/** The one note about all requests for an account. */
interface Requests {
  /** Oldest first. */
  readonly waiting: readonly ReconcileRequest[]
  /** Ids of requests whose answers are still in the store, oldest first. */
  readonly answered: readonly string[]
}

/** A note has at most 2000 characters: these many requests and ids fit. */
export const MAX_WAITING = 16
const MAX_ANSWERED = 24

/** An answer fits into a note even if every character of its message has to be escaped. */
const MAX_MESSAGE = 800

/** A process that dies while it changes the note blocks the others for at most this time, in milliseconds. */
const CHANGE_MS = 5000

/** True if a shop has reconciled this account on this store, even if nothing was found yet. */
export async function isReconciled(notes: Pick<Shared, 'readNote'>, account: Account): Promise<boolean> {
  return (await notes.readNote(about(account))) !== null
}

/** Requests that are not answered yet, oldest first. The first one may be under way. */
export async function waitingRequests(notes: Pick<Shared, 'readNote'>, account: Account): Promise<ReconcileRequest[]> {
  return [...(await readRequests(notes, account)).waiting]
}

/**
 * Returns the id under which the request will be answered. A request that waits and asks for the same is joined. Null
 * if `MAX_WAITING` others wait.
 *
 * @throws ReconcileError `RECONCILE_RUNNING` if other processes keep changing the requests
 */
export async function placeRequest(
  shared: Shared,
  account: Account,
  { since, adopt }: Omit<ReconcileRequest, 'id'>,
): Promise<string | null> {
  return changing(shared, account, async ({ waiting, answered }) => {
    const same = waiting.find((request) => request.since === since && request.adopt === adopt)
    // A request with a first answer is under way: it does not cover events from after its start.
    if (same !== undefined && (await readAnswer(shared, account, same.id)) === null) return same.id
    if (waiting.length >= MAX_WAITING) return null
    const id = randomBytes(8).toString('hex')
    await writeRequests(shared, account, { waiting: [...waiting, { id, since, adopt }], answered })
    return id
  })
}

/**
 * Writes the last answer, and removes the request. The newest answers stay, because several commands may read one.
 *
 * @throws ReconcileError `RECONCILE_RUNNING` if other processes keep changing the requests
 */
export async function endRequest(shared: Shared, account: Account, answer: ReconcileAnswer): Promise<void> {
  await changing(shared, account, async ({ waiting, answered }) => {
    await writeAnswer(shared, account, answer)
    const ids = [...answered.filter((id) => id !== answer.id), answer.id]
    for (const id of ids.slice(0, -MAX_ANSWERED)) await shared.writeNote(answerName(account, id), null)
    const rest = waiting.filter(({ id }) => id !== answer.id)
    await writeRequests(shared, account, { waiting: rest, answered: ids.slice(-MAX_ANSWERED) })
  })
}

export async function readAnswer(
  notes: Pick<Shared, 'readNote'>,
  account: Account,
  id: string,
): Promise<ReconcileAnswer | null> {
  return parsed(await notes.readNote(answerName(account, id))) as ReconcileAnswer | null
}

export async function writeAnswer(shared: Shared, account: Account, answer: ReconcileAnswer): Promise<void> {
  const { error } = answer
  // A store cuts longer notes, and JSON that was cut cannot be read.
  const shown = error === null ? null : { ...error, message: error.message.slice(0, MAX_MESSAGE) }
  await shared.writeNote(answerName(account, answer.id), JSON.stringify({ ...answer, error: shown }))
}

function answerName(account: Account, id: string): string {
  return `${about(account, 'reconcile-answer')} ${id}`
}

const requestsName = (account: Account): string => about(account, 'reconcile-requests')

/** One process at a time changes the note. */
async function changing<T>(shared: Shared, account: Account, change: (now: Requests) => Promise<T>): Promise<T> {
  const name = requestsName(account)
  const token = randomUUID()
  const giveUpAt = clock.monotonic() + 3 * CHANGE_MS
  while (!(await shared.lock(name, token, CHANGE_MS))) {
    if (clock.monotonic() >= giveUpAt) {
      throw new ReconcileError('RECONCILE_RUNNING', `other processes keep changing the note ${name}: try again`)
    }
    await sleep(20 + Math.random() * 80)
  }
  try {
    return await change(await readRequests(shared, account))
  } finally {
    await shared.unlock(name, token).catch(() => {})
  }
}

async function readRequests(notes: Pick<Shared, 'readNote'>, account: Account): Promise<Requests> {
  const { waiting = [], answered = [] } = (parsed(await notes.readNote(requestsName(account))) ??
    {}) as Partial<Requests>
  return { waiting, answered }
}

async function writeRequests(shared: Shared, account: Account, requests: Requests): Promise<void> {
  await shared.writeNote(requestsName(account), JSON.stringify(requests))
}

/** Null if there is no such note, or if it was not written by this package. */
function parsed(text: string | null): object | null {
  try {
    const found: unknown = text === null ? null : JSON.parse(text)
    return typeof found === 'object' ? found : null
  } catch {
    return null
  }
}
