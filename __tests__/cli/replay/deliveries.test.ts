/** The deliveries that `replay` chooses if no shop runs. */
import { describe, expect, test } from '@jest/globals'
import { claimRequest } from '../../support/claim-request.js'
import { BODY, DASHED, keep, operatorStore } from '../../support/operator-store.js'
import { VirtualClock } from '../../support/virtual-clock.js'

const { store, command } = operatorStore()
const clock = new VirtualClock()

/** An event that failed once, and is kept. */
async function failedEvent(provider: string): Promise<string> {
  const event = claimRequest({ eventId: `${provider}:1`, provider })
  await store.claim(event)
  const kept = { form: 'delivery', body: BODY, headers: {}, retryInMs: 60_000, isAccepted: true } as const
  await store.release(event.key, event.token, 'no such order', 'failed', kept)
  return event.key
}

async function dismissOnceDue(key: string): Promise<void> {
  while (!(await store.listEvents({ due: true })).some((record) => record.key === key))
    await new Promise((resolve) => setImmediate(resolve))
  await store.dismiss(key)
}

describe('replay', () => {
  test('of a failed event that is kept makes it due, although a conflict is quarantined under its id', async () => {
    const key = await failedEvent('beside')
    await keep(store, 'beside', { eventId: 'beside:1', provider: 'beside', code: 'ID_CONFLICT' })
    expect((await store.listEvents({ due: true })).map((record) => record.key)).not.toContain(key)
    const { code, stdout } = await command(['replay', 'beside:1', '--wait', '0', '--json'])
    const expected = { waiting: [{ key, kind: 'event', attempts: 1 }], leftOut: [], unknown: [] }
    expect([code, JSON.parse(stdout)]).toMatchObject([0, expected])
    expect((await store.listEvents({ due: true })).map((record) => record.key)).toContain(key)
    await store.removeQuarantined('beside')
  })

  test('of an event that is dismissed while it waits says so, counts it as no replay, and ends with 1', async () => {
    const key = await failedEvent('dismissed')
    const waiting = command(['replay', 'dismissed:1', '--wait', '2'], { clock })
    await clock.hold(dismissOnceDue(key))
    const { code, stdout } = await waiting
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^replayed +0\n.*^dismissed meanwhile +1$/ms)])
  })

  test('of a failed event of which nothing is kept ends with 1 and asks for its sender', async () => {
    const event = claimRequest({ eventId: 'bare:1', provider: 'bare' })
    await store.claim(event)
    await store.release(event.key, event.token, 'the handler threw')
    const { code, stderr } = await command(['replay', 'bare:1'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^bare:1: failed, and nothing is kept .* sender/)])
  })

  test.each([
    [[], ['delivery', 'event']],
    [['--state', 'failed'], ['event']],
    [['--state', 'quarantined'], ['delivery']],
    [['--code', 'JSON_INVALID'], ['delivery']],
    [
      ['--since', '1h'],
      ['delivery', 'event'],
    ],
    [['--since', '2999-01-01'], []],
  ])('--all %j takes what it selects of quarantined deliveries and failed events', async (args, kinds) => {
    const provider = `mixed${args.join('')}`
    await failedEvent(provider)
    await keep(store, `kept${args.join('')}`, { provider })
    const { stdout } = await command(['replay', '--all', '--provider', provider, ...args, '--wait', '0', '--json'])
    const { waiting } = JSON.parse(stdout) as { waiting: { kind: string }[] }
    expect(waiting.map(({ kind }) => kind).sort()).toEqual(kinds)
    await store.removeQuarantined(`kept${args.join('')}`)
  })

  test('of an id under which several deliveries are kept names their keys and marks none', async () => {
    const { code, stderr } = await command(['replay', 'other:failed', '--wait', '0'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^quarantined +ID_CONFLICT +other:failed\n {2}npx express-payment-webhooks replay twice-1$/m)
    expect(stderr).toMatch(
      /^quarantined +RETRIES_EXHAUSTED +other:failed\n {2}npx express-payment-webhooks replay twice-2$/m,
    )
    expect(await store.listEvents({ state: 'replay_requested' })).toEqual([])
  })

  test('of an id that two accounts have means neither, and their keys tell them apart', async () => {
    const keys: string[] = []
    for (const account of ['north', 'south']) {
      const event = claimRequest({ eventId: 'shared:1', provider: 'shared', account })
      await store.claim(event)
      const kept = { form: 'delivery', body: BODY, headers: {}, retryInMs: 60_000, isAccepted: true } as const
      await store.release(event.key, event.token, 'no such order', 'failed', kept)
      keys.push(event.key)
    }
    const { code, stderr } = await command(['replay', 'shared:1', '--wait', '0'])
    expect(code).toBe(1)
    for (const key of keys) expect(stderr).toContain(`\n  npx express-payment-webhooks replay ${key}\n`)
    const { stdout } = await command(['replay', keys[1]!, '--wait', '0', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ waiting: [{ key: keys[1] }], unknown: [] })
  })

  test('of an id in more records than are looked at says so', async () => {
    for (let count = 0; count < 200; count++) {
      const event = claimRequest({ eventId: `many:${count}`, provider: 'many', orderId: 'ORDER-MANY' })
      await store.claim(event)
      await store.complete(event.key, event.token)
    }
    const { code, stderr } = await command(['replay', 'ORDER-MANY'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^ORDER-MANY: is in 200 records or more; name one by/)])
  })

  test('of a store URL by mistake does not repeat its password', async () => {
    const { code, stderr } = await command(['replay', 'redis://shop:P-7f3e@127.0.0.1/0'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^\*\*\* the store has nothing/)])
    expect(stderr).not.toContain('7f3e')
  })

  test('of an event that was handled ends with 0, because there is nothing left to do', async () => {
    const { code, stderr } = await command(['replay', 'acme:done'])
    expect([code, stderr]).toEqual([0, 'acme:done: was handled; no delivery of it is quarantined\n'])
  })

  test('that no shop takes up ends with 1 and asks for the shop', async () => {
    const { code, stdout, stderr } = await command(['replay', DASHED], { clock })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^still waiting +1$/m)
    expect(stderr).toMatch(
      /still waiting after 30 s: is a shop running that has acme mounted on this store\? Where it has a queue: is a worker running\?/,
    )
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
