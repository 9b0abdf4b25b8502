import type { DurableStore } from '../../store.js'

/** The part of a store that an operator needs. */
export type OperatorStore = Pick<
  DurableStore<unknown>,
  'listEvents' | 'getEvent' | 'replay' | 'dismiss' | 'removeQuarantined' | 'readNote' | 'writeNote' | 'lock' | 'unlock'
>

export interface Connection {
  readonly store: OperatorStore
  readonly close: () => Promise<void>
}
