/** One process's connection to the model: every call takes time, and may fail like calls over a network. */
import type { DurableStore } from '../../../src/store.js'
import { recordOf } from './model-record.js'
import type { StoreStep } from './faults.js'
import type { Scene } from './scene.js'
import type { SimulatedProcess } from './world.js'

/** A store object of one process. Calls that it sent before it died are executed, but nobody gets the answer. */
export function storeClient(scene: Scene, process: SimulatedProcess): DurableStore {
  const { model } = scene
  const call = <Result>(step: StoreStep, about: string, apply: () => Result) =>
    callOver(scene, process, step, about, apply)
  return {
    name: 'model',
    init: () => call('init', '', () => undefined),
    claim: (request) =>
      call('claim', request.eventId, () => {
        const before = model.rows.get(request.key)?.attempt ?? 0
        const result = model.claim(request)
        const row = model.rows.get(request.key)!
        if (result.state === 'claimed') scene.ledger.claims.push({ key: row.key, process, at: scene.world.time })
        if (row.attempt > before && row.contestedForMs !== null) {
          scene.ledger.takeovers.push({ key: row.key, at: scene.world.time, contestedForMs: row.contestedForMs })
        }
        return result.state === 'claimed' ? { ...result, tx: undefined } : result
      }),
    complete: (key, token) =>
      call('complete', short(key), () => {
        const isDone = model.complete(key, token)
        if (isDone) scene.ledger.doneAt.set(key, scene.world.time)
        return isDone
      }),
    release: (key, token, lastError, ending, kept) =>
      call('release', short(key), () => model.release(key, token, lastError, ending, kept)),
    extend: (key, token, leaseMs) => {
      const renewal = scene.ledger.renew({ key, process, at: scene.world.time })
      return call('extend', short(key), () => {
        renewal.reachedAt = scene.world.time
        return model.extend(key, token, leaseMs)
      })
    },
    quarantine: (delivery) =>
      call('quarantine', String(delivery.eventId), () => {
        scene.ledger.quarantined.add((JSON.parse(delivery.body.toString()) as { readonly id: string }).id)
        model.quarantine(delivery)
      }),
    // The watcher lists only due records; one page is longer than a history.
    listEvents: () => call('list', '', () => model.due().map(recordOf)),
    takeDue: (key, forMs) =>
      call('take', short(key), () => {
        const row = model.takeDue(key, forMs)
        return row === null ? null : recordOf(row)
      }),
    getEvent: (key) =>
      call('take', short(key), () => {
        const row = model.rows.get(key)
        return row === undefined ? null : recordOf(row)
      }),
    replay: (key) => call('replay', short(key), () => model.replay(key)),
    dismiss: async (key) => model.dismiss(key),
    removeQuarantined: (key) => call('remove', short(key), () => model.removeQuarantined(key)),
    countEvents: async () => Promise.reject(new Error('nobody counts in a simulation')),
    forget: async () => 0,
    prune: async () => 0,
    readNote: async (name) => model.notes.get(name) ?? null,
    writeNote: async (name, value) => model.writeNote(name, value),
    lock: async (...lock) => model.lock(...lock),
    unlock: async (...lock) => model.unlock(...lock),
    close: async () => {},
  }
}

/** Enough of a key to tell it from others. */
const short = (key: string) => key.slice(0, 6)

function callOver<Result>(
  scene: Scene,
  process: SimulatedProcess,
  step: StoreStep,
  about: string,
  apply: () => Result,
): Promise<Result> {
  const { world, random } = scene
  const fault = scene.meet(step, process)
  if (!process.isAlive) return new Promise(() => {})
  return new Promise<Result>((resolve, reject) => {
    const told = (delay: number, tell: () => void) => world.after(delay, tell, process)
    const fail = (delay: number) => {
      scene.note(process, `  ${step} ${about} will fail`)
      told(delay, () => reject(new Error(`connection lost at ${step}`)))
    }
    const settle = (result: Result | Error) => (result instanceof Error ? reject(result) : resolve(result))
    const answer = (delay: number, result: Result | Error) => told(delay, () => settle(result))
    const attempt = (): Result | Error => {
      try {
        const result = apply()
        if (scene.isTraced && step !== 'list') {
          scene.note(process, `  ${step} ${about} is done: ${JSON.stringify(result) ?? ''}`)
        }
        return result
      } catch (error) {
        return error as Error
      }
    }
    const there = random.between(1, 10)
    const back = random.between(1, 10)
    if (scene.isStoreAway()) {
      // During an outage some clients get no answer and others an error; some calls arrive after the store is back.
      if (random.chance(0.5)) fail(there)
      else if (random.chance(0.3)) world.after(scene.storeAwayFor() + there, attempt)
      return
    }
    switch (fault) {
      case 'refused':
        return fail(there)
      case 'lost':
        return world.after(there, () => {
          attempt()
          fail(back)
        })
      case 'silent':
        return world.after(there, attempt)
      case 'stray':
        world.after(random.between(50, 900), attempt)
        return fail(there)
      case 'slow':
        return world.after(random.duration(500, 10_000), () => answer(random.duration(1, 10_000), attempt()))
      default:
        // A process that looks for due records sees those that exist when it is answered: the most frequent step of all.
        if (step === 'list') return told(there + back, () => settle(attempt()))
        return world.after(there, () => answer(back, attempt()))
    }
  })
}
