import type { ReplayStore } from '../../operator/kept/records.js'

export interface Connection {
  readonly store: ReplayStore
  readonly close: () => Promise<void>
}
