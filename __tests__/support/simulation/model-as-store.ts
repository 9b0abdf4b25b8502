/** The model with the interface of a store. */
import type { DurableStore } from '../../../src/store.js'
import { recordOf } from './model-record.js'
import type { ModelStore, Row } from './model-store.js'

export function asStore(model: ModelStore): DurableStore {
  const read = (row: Row | null | undefined) => (row == null ? null : recordOf(row))
  return {
    name: 'model',
    init() {},
    claim(request) {
      const result = model.claim(request)
      return result.state === 'claimed' ? { ...result, tx: undefined } : result
    },
    complete: (key, token) => model.complete(key, token),
    release: (...release) => model.release(...release),
    extend: (...extended) => model.extend(...extended),
    quarantine: (delivery) => model.quarantine(delivery),
    listEvents: async ({ state, due, orderId, paymentId, eventId } = {}) =>
      [...(due === true ? model.due() : model.rows.values())].map(recordOf).flatMap((record) => {
        const wanted = { state, orderId, paymentId, eventId }
        const isWanted = Object.entries(wanted).every(
          ([name, value]) => value === undefined || record[name as keyof typeof wanted] === value,
        )
        return isWanted ? [{ ...record, body: null, headers: null }] : []
      }),
    countEvents: async () => {
      const counts = { processing: 0, done: 0, failed: 0, quarantined: 0, replay_requested: 0 }
      for (const { state } of model.rows.values()) counts[state]++
      return counts
    },
    getEvent: async (key) => read(model.rows.get(key)),
    replay: async (key) => model.replay(key),
    takeDue: async (key, forMs) => read(model.takeDue(key, forMs)),
    removeQuarantined: async (key) => model.removeQuarantined(key),
    dismiss: async (key) => model.dismiss(key),
    forget: async ({ orderId }) => model.forget(orderId),
    prune: async () => 0,
    readNote: async (name) => model.notes.get(name) ?? null,
    writeNote: async (name, value) => model.writeNote(name, value),
    lock: async (...lock) => model.lock(...lock),
    unlock: async (...lock) => model.unlock(...lock),
    close() {},
  }
}
