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
    /** As soon as so many wait, or what waits after half a minute. */
    placed: (count: number) => until(waiting, ({ length }) => length === count),
    /** As soon as none of them runs or waits, or what is there after half a minute. */
    answers: (ids: readonly string[]): Promise<(ReconcileAnswer | null)[]> =>
      until(
        () => last(ids),
        (found) => found.every((answer) => answer !== null && answer.state !== 'running'),
      ),
  }
}
