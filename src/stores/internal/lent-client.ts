/** The connection as a handler sees it: usable during the claim, and refused once the claim is over. */
import type { PostgresClient } from './postgres-connection.js'

export interface Lent<Client> {
  readonly tx: Client
  /**
   * From now on every statement sent through `tx` is refused. Statements sent earlier run before all that follows.
   *
   * @param reason why the claim ended, if its handler is still running
   */
  takeBack(reason?: string): void
}

/**
 * A handler may go on after its claim has ended: another promise of its `Promise.all`, a statement it did not await,
 * work that shutdown cut off. Such a statement must be committed neither alone nor together with another
 * event.
 */
export function lend<Client extends PostgresClient>(client: Client): Lent<Client> {
  let over: string | undefined
  const send: (...args: any[]) => unknown = client.query.bind(client)
  const query = (...args: unknown[]): unknown => {
    if (over === undefined) return send(...args)
    const error = new Error(`postgresStore: ${over}, so nothing can be done on its transaction any more`)
    const callback = args.at(-1)
    // A handler that did not await the statement will not catch its failure either: an unhandled rejection would end
    // the process.
    process.emitWarning(error.message, 'PaymentWebhookWarning')
    if (typeof callback !== 'function') return handled(Promise.reject(error))
    process.nextTick(callback, error)
    return undefined
  }
  const tx = new Proxy(client, {
    get(target, name) {
      if (name === 'query') return query
      // The store releases the connection, not the handler.
      if (name === 'release') return () => {}
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { tx, takeBack: (reason = 'this claim is over') => void (over = reason) }
}

function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
