/** The deliveries that `replay` chooses, where no shop runs them. */
import { describe, expect, test } from '@jest/globals'
import { DASHED, keep, operatorStore } from '../../support/operator-store.js'
import { VirtualClock } from '../../support/virtual-clock.js'

const { store, command } = operatorStore()
const clock = new VirtualClock()

describe('replay', () => {
  test('of an id under which several deliveries are kept names their keys and marks none', async () => {
    const { code, stderr } = await command(['replay', 'other:failed', '--wait', '0'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/twice-\d \(\w+\), twice-\d \(\w+\)/)
    expect(await store.listEvents({ state: 'replay_requested' })).toEqual([])
  })

  test('of an event that was handled ends with 1', async () => {
    const { code, stderr } = await command(['replay', 'acme:done'])
    expect([code, stderr]).toEqual([1, 'acme:done: no quarantined delivery under this id\n'])
  })

  test('that no shop takes up ends with 1 and asks for the shop', async () => {
    const { code, stdout, stderr } = await command(['replay', DASHED], { clock })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^still waiting +1$/m)
    expect(stderr).toMatch(/still waiting after 30 s: is a shop running that has acme mounted/)
    await keep(store, DASHED)
  })

  test('--all waits for what was requested before, and ends with 1 while no shop takes it up', async () => {
    await keep(store, 'waiting', { provider: 'unmounted' })
    const all = ['replay', '--all', '--provider', 'unmounted']
    expect((await command([...all, '--wait', '0'])).code).toBe(0)
    const { code, stdout, stderr } = await command([...all, '--wait', '1'], { clock })
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^still waiting +1$/m)])
    expect(stderr).toMatch(/is a shop running that has unmounted mounted/)
    await store.removeQuarantined('waiting')
  })

  test('--all --state quarantined leaves alone what was requested before', async () => {
    await keep(store, 'waiting', { provider: 'unmounted' })
    await store.replay('waiting')
    const args = ['replay', '--all', '--provider', 'unmounted', '--state', 'quarantined']
    expect(await command(args)).toMatchObject({ code: 0, stdout: 'nothing to replay\n' })
    await store.removeQuarantined('waiting')
  })

  test('--all leaves conflicts out, says so, and ends with 0', async () => {
    await keep(store, 'conflict', { eventId: 'lone:1', provider: 'lone', code: 'ID_CONFLICT' })
    const args = ['replay', '--all', '--provider', 'lone', '--wait', '0']
    const { code, stdout, stderr } = await command(args)
    expect([code, stdout]).toEqual([0, 'nothing to replay\n'])
    expect(stderr).toMatch(/^left out, as ID_CONFLICT: 1; .*--code ID_CONFLICT/)
    const asJson = await command([...args, '--json'])
    expect(JSON.parse(asJson.stdout)).toMatchObject({ waiting: [], leftOut: [{ key: 'conflict' }] })
    expect(await store.listEvents({ state: 'replay_requested' })).toEqual([])
  })

  test('of a conflict by its event id names the key, and marks nothing', async () => {
    const { code, stderr } = await command(['replay', 'lone:1', '--wait', '0'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^lone:1: is kept as ID_CONFLICT; .*: conflict\n$/)])
    expect(await store.listEvents({ state: 'replay_requested' })).toEqual([])
  })

  test('of a conflict by its key marks it', async () => {
    expect((await command(['replay', 'conflict', '--wait', '0'])).code).toBe(0)
    expect(await store.listEvents({ state: 'replay_requested' })).toMatchObject([{ key: 'conflict' }])
    await store.removeQuarantined('conflict')
  })

  test('--all --code marks those alone', async () => {
    const args = ['replay', '--all', '--code', 'ID_CONFLICT', '--wait', '0', '--json']
    const { code, stdout } = await command(args)
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { replayed: [], waiting: [{ key: 'twice-1' }] }])
    expect(await store.listEvents({ state: 'replay_requested' })).toMatchObject([{ key: 'twice-1' }])
  })

  test('--all with nothing to do ends with 0', async () => {
    const { code, stdout } = await command(['replay', '--all', '--provider', 'nobody'])
    expect([code, stdout]).toEqual([0, 'nothing to replay\n'])
  })
})
