/** A connection as its handler sees it: the claim's, and nobody's once the claim is over. */
import type { PostgresClient } from './postgres-connection.js'

export interface Lent<Client> {
  readonly tx: Client
  /** From now on every statement sent through `tx` is refused. What was sent before stands in front of what follows. */
  takeBack(): void
}

/**
 * A handler may go on after its claim has ended: a sibling in its `Promise.all`, a statement it did not wait for, work
 * that shutdown cut off. On the connection itself that would be committed by nobody's decision, or by another event's.
 */
export function lend<Client extends PostgresClient>(client: Client): Lent<Client> {
  let over = false
  const send: (...args: any[]) => unknown = client.query.bind(client)
  const query = (...args: unknown[]): unknown => {
    if (!over) return send(...args)
    const error = new Error('postgresStore: this claim is over, so nothing can be done on its transaction any more')
    const callback = args.at(-1)
    // Whoever forgot to wait for the statement will not look at its failure either, which would end the process.
    process.emitWarning(error.message, 'PaymentWebhookWarning')
    if (typeof callback !== 'function') return handled(Promise.reject(error))
    process.nextTick(callback, error)
    return undefined
  }
  const tx = new Proxy(client, {
    get(target, name) {
      if (name === 'query') return query
      // Not the handler's to give back.
      if (name === 'release') return () => {}
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { tx, takeBack: () => void (over = true) }
}

function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
