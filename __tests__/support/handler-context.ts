/** The context of a handler, in addition to its event, for handlers that are called without a delivery. */
export const handlerContext = <Tx = undefined>(tx?: Tx, signal: AbortSignal = new AbortController().signal) => ({
  attempt: 1,
  idempotencyKey: 'k',
  account: '',
  requestId: 'request-1',
  signal,
  tx: tx as Tx,
})
