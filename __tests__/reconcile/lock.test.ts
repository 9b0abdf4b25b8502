/** One process at a time, on every store. If its lock is lost nevertheless, nothing happens twice and nothing is left out. */
import { afterEach, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createReceiver, type DurableStore } from 'express-payment-webhooks'
import { reconcile, type Lister } from 'express-payment-webhooks/reconcile'
import { clock, setClock } from '../../src/lib/clock.js'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'
import { describeWith, POSTGRES, REDIS, type Need } from '../support/needs.js'
import { openStore, type Backend } from '../support/open-store.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'

jest.setTimeout(60_000)

const closing: (() => unknown)[] = []
const system = clock
afterEach(async () => {
  setClock()
  for (const close of closing.splice(0).reverse()) await close()
})

interface Process {
  /** If true, the process is paused: its calls do not reach the store. */
  isPaused: boolean
  readonly store: DurableStore<unknown>
  run(list: Lister, since?: Date): ReturnType<typeof reconcile>
}

/** The duration of its locks, by the store's own clock: six renewals, so that a busy machine that is late for some loses none. */
const LOCK_MS = 600

function openProcess(backend: Backend, at: string, name: string, handled: string[]): Process {
  const { store, close } = openStore({ backend, at, name })
  const process: Process = {
    isPaused: false,
    store: {
      ...store,
      async lock(lock, token) {
        while (process.isPaused) await pause(5)
        return store.lock(lock, token, LOCK_MS)
      },
    },
    run: (list, since) => reconcile(receiver, { list, graceMs: 0, ...(since !== undefined && { since }) }),
  }
  const receiver = createReceiver(hmacProvider(), {
    store: process.store,
    on: { 'payment.confirmed': ({ id }) => void handled.push(id) },
    onError: () => {},
  })
  closing.push(
    close,
    () => store.close(),
    () => receiver.close({ timeoutMs: 100 }),
  )
  return process
}

/** A list that stops after its first event until the test lets it continue. */
function gated(...ids: readonly string[]) {
  let goOn!: () => void
  let reached!: () => void
  const gate = new Promise<void>((resolve) => (goOn = resolve))
  const isAtGate = new Promise<void>((resolve) => (reached = resolve))
  const list: Lister = async function* () {
    for (const [at, id] of ids.entries()) {
      if (at === 1) {
        reached()
        await gate
      }
      yield { body: bodyOf({ id }) }
    }
  }
  return { list, goOn, isAtGate }
}

const listOf = (...ids: readonly string[]): Lister =>
  async function* () {
    for (const id of ids) yield { body: bodyOf({ id }) }
  }

const RUNNING = { code: 'RECONCILE_RUNNING' }

const BACKENDS: readonly [Backend, string, readonly Need[]][] = [
  ['sqlite', join(mkdtempSync(join(tmpdir(), 'locks-')), 'events.db'), []],
  ['redis', REDIS_URL, [REDIS]],
  ['postgres', DATABASE_URL, [POSTGRES]],
  ['postgres transactional', DATABASE_URL, [POSTGRES]],
]

for (const [backend, at, needs] of BACKENDS) {
  describeWith(needs, backend, () => {
    async function twoProcesses() {
      const handled: string[] = []
      const name = `locks_${randomUUID().slice(0, 8)}`
      const [first, second] = [openProcess(backend, at, name, handled), openProcess(backend, at, name, handled)]
      await first.run(listOf())
      await pause(5)
      const cursor = () => first.store.readNote('reconcile hmac')
      return { first, second, handled, cursor, began: new Date(Date.now() - 2) }
    }

    test('while one reconciles, another is refused, however long the first takes', async () => {
      const { first, second, handled } = await twoProcesses()
      // Renewals are due every twenty seconds.
      setClock({ ...system, setInterval: (callback, ms) => system.setInterval(callback, ms / 200) })
      const { list, goOn, isAtGate } = gated('a', 'b')
      const running = first.run(list)
      await isAtGate
      await pause(3 * LOCK_MS)
      await expect(second.run(listOf('a', 'b'))).rejects.toMatchObject(RUNNING)
      goOn()
      expect(await running).toEqual({ listed: 2, known: 0, recovered: 2, failed: 0 })
      expect(handled).toEqual(['hmac:a', 'hmac:b'])
      await pause(5)
      expect(await second.run(listOf('a', 'b'))).toMatchObject({ listed: 2, known: 2 })
    })

    test('one that stood still for longer than its lock stops when another is at it, which ends as ever', async () => {
      const { first, second, handled } = await twoProcesses()
      setClock({ ...system, setInterval: (callback, ms) => system.setInterval(callback, ms / 200) })
      const one = gated('a', 'b', 'c')
      const other = gated('a', 'b', 'c')
      const paused = first.run(one.list)
      await one.isAtGate
      first.isPaused = true
      await pause(LOCK_MS + 50)
      const running = second.run(other.list)
      await other.isAtGate
      first.isPaused = false
      await expect(paused).rejects.toMatchObject(RUNNING)
      // The end of the first run released no lock except its own.
      await expect(first.run(listOf())).rejects.toMatchObject(RUNNING)
      other.goOn()
      expect(await running).toEqual({ listed: 3, known: 1, recovered: 2, failed: 0 })
      expect(handled).toEqual(['hmac:a', 'hmac:b', 'hmac:c'])
    })

    test('both at it at once handle each event once, and leave nothing out', async () => {
      const { first, second, handled, cursor, began } = await twoProcesses()
      const ids = Array.from({ length: 20 }, (_, at) => `e${at}`)
      const one = gated(...ids)
      const other = gated(...ids)
      const paused = first.run(one.list)
      await one.isAtGate
      // The lock expires before its renewal in twenty seconds.
      await pause(LOCK_MS + 50)
      const running = second.run(other.list)
      await other.isAtGate
      one.goOn()
      other.goOn()
      const results = await Promise.all([paused, running])
      expect(results.map(({ listed, failed }) => [listed, failed])).toEqual([
        [20, 0],
        [20, 0],
      ])
      expect(results[0].recovered + results[1].recovered).toBe(20)
      expect([...handled].sort()).toEqual(ids.map((id) => `hmac:${id}`).sort())
      // Whichever process ended last, the next run begins at the point up to which both had listed everything.
      const [begins, reached] = (await cursor())!.split(' ').map(Date.parse)
      expect(begins).toBeLessThanOrEqual(reached!)
      expect(reached).toBeGreaterThanOrEqual(began.getTime())
      await pause(5)
      expect(await first.run(listOf(...ids, 'later'), began)).toEqual({
        listed: 21,
        known: 20,
        recovered: 1,
        failed: 0,
      })
    })

    test('the cursor is not taken back by one that stood still', async () => {
      const { first, second, cursor } = await twoProcesses()
      const { list, goOn, isAtGate } = gated('a', 'b')
      const paused = first.run(list)
      await isAtGate
      await pause(LOCK_MS + 50)
      await second.run(listOf('a', 'b'))
      const reached = (await cursor())!.split(' ')[1]!
      goOn()
      await paused
      const after = (await cursor())!.split(' ')[1]!
      expect(Date.parse(after)).toBeGreaterThanOrEqual(Date.parse(reached))
    })
  })
}
