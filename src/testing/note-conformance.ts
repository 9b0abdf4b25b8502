/** Requirements for the notes and locks that processes share in a durable store. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { sleep } from '../lib/clock.js'
import type { DurableStore } from '../store.js'
import { checker, SHORT_LEASE_MS } from './store-cases.js'

export function noteConformance<Tx>(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => DurableStore<Tx> | Promise<DurableStore<Tx>>
}): void {
  const check = checker(options)
  const newName = () => `acme ${randomUUID()}`

  check('a note is read as it was written last, and gone when it was removed', async (store) => {
    const [name, other] = [newName(), newName()]
    assert.equal(await store.readNote(name), null)
    for (const value of ['first', `it's "second" \u{1f4b6}`]) {
      await store.writeNote(name, value)
      assert.equal(await store.readNote(name), value)
    }
    assert.equal(await store.readNote(other), null)
    for (const _time of [1, 2]) await store.writeNote(name, null)
    assert.equal(await store.readNote(name), null)
  })

  check('a note of any name leaves alone what the store itself has noted', async (store) => {
    await store.writeNote('schema', 'not a number')
    assert.equal(await store.readNote('schema'), 'not a number')
    await store.init()
    await store.writeNote('schema', null)
  })

  check('a lock is had by one of all who ask, and renewed by its holder alone', async (store) => {
    const name = newName()
    const tokens = Array.from({ length: 5 }, () => randomUUID())
    const taken = await Promise.all(tokens.map((token) => store.lock(name, token, 60_000)))
    const holders = tokens.filter((_, at) => taken[at])
    assert.equal(holders.length, 1)
    const [holder] = holders as [string]
    assert.equal(await store.lock(name, holder, 60_000), true)
    const other = tokens.find((token) => token !== holder)!
    assert.equal(await store.unlock(name, other), false)
    assert.equal(await store.lock(name, other, 60_000), false)
    assert.equal(await store.unlock(name, holder), true)
    assert.equal(await store.unlock(name, holder), false)
    assert.equal(await store.lock(name, other, 60_000), true)
  })

  check('a lock expires once it is not renewed', async (store) => {
    const name = newName()
    await store.lock(name, 'a', SHORT_LEASE_MS)
    await sleep(SHORT_LEASE_MS / 2)
    assert.equal(await store.lock(name, 'a', 60_000), true)
    await sleep(SHORT_LEASE_MS)
    assert.equal(await store.lock(name, 'b', SHORT_LEASE_MS), false)
    await store.lock(name, 'a', SHORT_LEASE_MS)
    await sleep(SHORT_LEASE_MS * 1.5)
    assert.equal(await store.lock(name, 'b', 60_000), true)
    assert.equal(await store.unlock(name, 'a'), false)
  })

  check('a lock and a note of one name do not meet', async (store) => {
    const name = newName()
    await store.lock(name, 'a', 60_000)
    assert.equal(await store.readNote(name), null)
    await store.writeNote(name, 'written')
    assert.equal(await store.lock(name, 'b', 60_000), false)
    await store.unlock(name, 'a')
    assert.equal(await store.readNote(name), 'written')
  })
}
