/** An operator's requests to reconcile, as a store holds them. */
import type { DurableStore } from 'express-payment-webhooks'
import {
  readAnswer,
  waitingRequests,
  type ReconcileAnswer,
  type ReconcileRequest,
} from '../../src/reconcile/requests.js'

export function requests(store: DurableStore<unknown>, name: string) {
  const account = { name, account: '' }
  const until = async <T>(look: () => Promise<T>, isSo: (found: T) => boolean): Promise<T> => {
    for (let looks = 0; ; looks++) {
      const found = await look()
      if (isSo(found) || looks === 600) return found
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const waiting = (): Promise<ReconcileRequest[]> => waitingRequests(store, account)
  const last = (ids: readonly string[]) => Promise.all(ids.map((id) => readAnswer(store, account, id)))
  return {
    waiting,
    /** Resolves as soon as this many requests wait, or after half a minute with those that wait then. */
    placed: (count: number) => until(waiting, ({ length }) => length === count),
    /** Resolves as soon as no request runs or waits, or after half a minute with those that are left. */
    answers: (ids: readonly string[]): Promise<(ReconcileAnswer | null)[]> =>
      until(
        () => last(ids),
        (found) => found.every((answer) => answer !== null && answer.state !== 'running'),
      ),
  }
}
