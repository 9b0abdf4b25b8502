/** Compares a transactional store with its model: for a list of operations, the model must allow the answers. */
import { expect } from '@jest/globals'
import fc from 'fast-check'
import { everythingIn } from './compare-with-model.js'
import { asStore } from './simulation/model-as-store.js'
import { TransactionalModel, WAITS, type Outcome } from './simulation/transactional-model.js'
import { EVENTS, summary, type TokenName } from './store-operations.js'
import {
  PROCESSES,
  processOf,
  transactionalOperations,
  type TransactionalOperation,
} from './transactional-operations.js'
import type { TransactionalScene } from './transactional-scene.js'

export const LIMIT_MS = 60_000

const ENDS = PROCESSES.map((process) => ({ name: 'restart', process }) as const)

export async function expectAsTransactionalModel(scene: TransactionalScene, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(transactionalOperations, async (list) => {
      await scene.clear()
      const histories = new Histories(scene)
      try {
        for (const operation of [...list, ...ENDS]) await histories.play(operation)
        await histories.end()
      } finally {
        // If the list failed, transactions are still open, and some operations may wait for them.
        for (const end of ENDS) await scene.play(end, false)
        await scene.freed()
      }
    }),
    // A failed list is reported with its seed before the test's own time limit, however long shrinking would take.
    { numRuns, interruptAfterTimeLimit: LIMIT_MS },
  )
}

/** Every history that is possible with the answers so far. */
class Histories {
  #models: readonly TransactionalModel[] = [new TransactionalModel(Date.now())]
  readonly #scene: TransactionalScene
  readonly #claims = new Map<string, number>()
  readonly #late = new Set<string>()

  constructor(scene: TransactionalScene) {
    this.#scene = scene
  }

  async play(listed: TransactionalOperation): Promise<void> {
    const operation = this.#withToken(listed)
    if (this.#isDull(operation) || this.#models[0]!.isLeftOut(operation)) return
    const allowed = (await Promise.all(this.#models.map((model) => model.outcomes(operation)))).flat()
    const { answer: expected, freed: isFreed } = allowed[0]!
    const answer = await this.#scene.play(operation, expected === WAITS)
    const freed = isFreed && { answer: await this.#scene.freed() }
    const keys = 'key' in operation ? [operation.key] : EVENTS
    const { reader } = this.#scene
    const read = async (key: string) => [summary(await reader.getEvent(key)), await this.#scene.effects(key)]
    const seen = { answer, freed, records: await Promise.all(keys.map(read)) }
    const possible = await Promise.all(allowed.map((outcome) => seenAfter(outcome, keys)))
    const matching = allowed.filter((_, index) => isEqual(seen, possible[index]))
    if (matching.length === 0) expect([operation, seen]).toEqual([operation, possible[0]])
    this.#models = matching.map(({ model }) => model)
  }

  async end(): Promise<void> {
    const everything = await everythingIn(this.#scene.reader)
    const possible = await Promise.all(this.#models.map(({ committed }) => everythingIn(asStore(committed))))
    if (!possible.some((one) => isEqual(everything, one))) expect(everything).toEqual(possible[0])
  }

  /** After the end of a claim, its process tries one more operation; further ones are dull. */
  #isDull(operation: TransactionalOperation): boolean {
    if (!('token' in operation) || operation.name === 'claim' || processOf(operation.token) === undefined) return false
    if (!this.#models[0]!.isOver(operation)) return false
    const claim = operation.token + operation.key
    const isDull = !this.#scene.hasGiven(operation) || this.#late.has(claim)
    this.#late.add(claim)
    return isDull
  }

  /** As in the flow, every claim has its own token. A held claim may be requested again. */
  #withToken(operation: TransactionalOperation): TransactionalOperation {
    if (!('token' in operation) || processOf(operation.token) === undefined) return operation
    const { key } = operation
    const name = operation.token as TokenName
    let claims = this.#claims.get(name + key) ?? 0
    if (operation.name === 'claim' && !this.#models[0]!.isHeld({ token: `${name}${claims}`, key })) claims++
    this.#claims.set(name + key, claims)
    return { ...operation, token: `${name}${claims}` }
  }
}

async function seenAfter({ model, answer, freed }: Outcome, keys: readonly string[]) {
  const store = asStore(model.committed)
  const read = async (key: string) => [summary(await store.getEvent(key)), model.effects(key)]
  return { answer, freed, records: await Promise.all(keys.map(read)) }
}

function isEqual(one: unknown, other: unknown): boolean {
  try {
    expect(one).toEqual(other)
    return true
  } catch {
    return false
  }
}
