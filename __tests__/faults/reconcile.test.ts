/** A process that reconciles and is stopped for longer than its lock holds, while another one does its work. */
import { afterAll, expect, jest, test } from '@jest/globals'
import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createReceiver } from 'express-payment-webhooks'
import { reconcile, type Lister } from 'express-payment-webhooks/reconcile'
import { compiledProgram } from '../support/compiled-program.js'
import { hmacProvider } from '../support/hmac-provider.js'
import { describeWith, POSTGRES, REDIS, type Need } from '../support/needs.js'
import { openStore, type Backend } from '../support/open-store.js'
import type { ReconcileSetup } from '../support/reconcile-process.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'

jest.setTimeout(180_000)

/** Longer than the lock of a dead process holds. */
const PAUSE_MS = 65_000

const folder = mkdtempSync(join(tmpdir(), 'reconciling-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const BACKENDS: readonly [Backend, string, readonly Need[]][] = [
  ['sqlite', join(folder, 'events.db'), []],
  ['redis', REDIS_URL, [REDIS]],
  ['postgres', DATABASE_URL, [POSTGRES]],
]

const nothing: Lister = async function* () {
  yield* []
}

/** Answers the result of its run. */
function begin(setup: ReconcileSetup) {
  const child = fork(compiledProgram(join(__dirname, '../support/reconcile-process.ts')), [JSON.stringify(setup)])
  children.push(child)
  let listed = 0
  const result = new Promise<unknown>((resolve) =>
    child.on('message', (message: number | { readonly result: unknown }) => {
      if (typeof message === 'number') listed = message
      else resolve(message.result)
    }),
  )
  const hasListed = async (count: number) => {
    while (listed < count) await pause(10)
  }
  return { child, result, hasListed, exited: once(child, 'exit') }
}

for (const [backend, at, needs] of BACKENDS) {
  describeWith(needs, backend, () => {
    test('every event is handled once, whoever of them is at it', async () => {
      const name = `reconciling_${randomUUID().slice(0, 8)}`
      const ledger = join(folder, name)
      writeFileSync(ledger, '')
      const { store, close } = openStore({ backend, at, name })
      const receiver = createReceiver(hmacProvider(), { store, on: {}, onError: () => {} })
      await reconcile(receiver, { list: nothing, graceMs: 0 })
      await pause(10)
      const ids = Array.from({ length: 60 }, (_, number) => `e${number}`)
      const setup = { backend, at, name, ids, ledger, everyMs: 50 }
      const first = begin(setup)
      await first.hasListed(10)
      first.child.kill('SIGSTOP')
      // A moment later no other process may hold the lock.
      await expect(reconcile(receiver, { list: nothing, graceMs: 0 })).rejects.toMatchObject({
        code: 'RECONCILE_RUNNING',
      })
      await pause(PAUSE_MS)
      const second = begin(setup)
      await second.hasListed(30)
      first.child.kill('SIGCONT')
      const [one, other] = await Promise.all([first.result, second.result])
      // The first process learns of the lost lock at its next renewal, unless it ends before.
      expect(one === 'RECONCILE_RUNNING' || (one as { listed: number }).listed === 60).toBe(true)
      expect(other).toMatchObject({ listed: 60, failed: 0 })
      await Promise.all([first.exited, second.exited])
      const handled = readFileSync(ledger, 'utf8').trimEnd().split('\n')
      expect(handled.sort()).toEqual(ids.map((id) => `hmac:${id}`).sort())
      expect(await reconcile(receiver, { list: nothing, graceMs: 0 })).toMatchObject({ failed: 0 })
      await receiver.close()
      await store.close()
      await close()
    })
  })
}
