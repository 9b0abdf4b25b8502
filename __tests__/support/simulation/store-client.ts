/** One process's way to the model: every call takes time, and may fail as calls over a network do. */
import type { DurableStore } from '../../../src/store.js'
import type { StoreStep } from './faults.js'
import type { Scene } from './scene.js'
import type { SimulatedProcess } from './world.js'

/** A store object of one process. What is asked of it after its process has died is done, and told to nobody. */
export function storeClient(scene: Scene, process: SimulatedProcess): DurableStore {
  const { model } = scene
  const call = <Result>(step: StoreStep, apply: () => Result) => callOver(scene, process, step, apply)
  return {
    name: 'model',
    init: () => call('init', () => undefined),
    claim: (request) =>
      call('claim', () => {
        const result = model.claim(request)
        return result.state === 'claimed' ? { ...result, tx: undefined } : result
      }),
    complete: (key, token) =>
      call('complete', () => {
        const isDone = model.complete(key, token)
        if (isDone) scene.ledger.doneAt.set(key, scene.world.time)
        return isDone
      }),
    release: (key, token, lastError, ending, kept) =>
      call('release', () => model.release(key, token, lastError, ending, kept)),
    extend: (key, token, leaseMs) => call('extend', () => model.extend(key, token, leaseMs)),
    quarantine: (delivery) => call('quarantine', () => model.quarantine(delivery)),
    listEvents: (query) => call('list', () => model.list(query)),
    getEvent: (key) => call('get', () => model.get(key)),
    replay: (key) => call('get', () => model.replay(key)),
    takeDue: (key, forMs) => call('get', () => model.takeDue(key, forMs)),
    forget: ({ orderId }) => call('remove', () => model.forget(orderId)),
    removeQuarantined: (key) => call('remove', () => model.removeQuarantined(key)),
    prune: async () => 0,
    close: async () => {},
  }
}

function callOver<Result>(
  scene: Scene,
  process: SimulatedProcess,
  step: StoreStep,
  apply: () => Result,
): Promise<Result> {
  const { world, random } = scene
  const fault = scene.meet(step, process)
  if (!process.isAlive) return new Promise(() => {})
  return new Promise<Result>((resolve, reject) => {
    const told = (delay: number, tell: () => void) => world.after(delay, tell, process)
    const fail = (delay: number) => told(delay, () => reject(new Error(`connection lost at ${step}`)))
    const answer = (delay: number, result: Result | Error) =>
      told(delay, () => (result instanceof Error ? reject(result) : resolve(result)))
    const attempt = (): Result | Error => {
      try {
        return apply()
      } catch (error) {
        return error as Error
      }
    }
    const there = random.between(1, 10)
    const back = random.between(1, 10)
    if (scene.isStoreAway()) {
      // Away is not answering for some clients and refusing for others; some of what was sent arrives when it is back.
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
        return world.after(there, () => answer(back, attempt()))
    }
  })
}
