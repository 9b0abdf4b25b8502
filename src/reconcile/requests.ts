/**
 * An operator's command requests a reconciliation by a note in the store, and the running shop answers it there. So the
 * command needs no credentials of the provider, and the shop's own handlers run.
 */
import type { Provider } from '../provider.js'
import type { DurableStore } from '../store.js'
import { about } from './cursor.js'
import type { Reconciliation } from './reconcile.js'

type Notes = Pick<DurableStore, 'readNote' | 'writeNote'>
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

/** True if a shop has reconciled this account on this store, even if nothing was found yet. */
export async function isReconciled(notes: Notes, account: Account): Promise<boolean> {
  return (await notes.readNote(about(account))) !== null
}

export async function readRequest(notes: Notes, account: Account): Promise<ReconcileRequest | null> {
  return parsed(await notes.readNote(about(account, 'reconcile-request'))) as ReconcileRequest | null
}

export async function writeRequest(notes: Notes, account: Account, request: ReconcileRequest | null): Promise<void> {
  await notes.writeNote(about(account, 'reconcile-request'), request && JSON.stringify(request))
}

export async function readAnswer(notes: Notes, account: Account): Promise<ReconcileAnswer | null> {
  return parsed(await notes.readNote(about(account, 'reconcile-answer'))) as ReconcileAnswer | null
}

export async function writeAnswer(notes: Notes, account: Account, answer: ReconcileAnswer): Promise<void> {
  await notes.writeNote(about(account, 'reconcile-answer'), JSON.stringify(answer))
}

/** The note was written by this package, or at worst by another version of it, which also writes an id. */
function parsed(text: string | null): { readonly id: string } | null {
  try {
    const found = text === null ? null : (JSON.parse(text) as { readonly id?: unknown } | null)
    return typeof found?.id === 'string' ? (found as { readonly id: string }) : null
  } catch {
    return null
  }
}
