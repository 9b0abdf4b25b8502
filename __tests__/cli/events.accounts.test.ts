/** The command on a store of several accounts: events with the same id, and the account of each. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { claimRequest } from '../support/claim-request.js'
import { operatorStore } from '../support/operator-store.js'

const { store, command } = operatorStore()

const ID = 'acme:evt_shared'
const keyOf = (account: string) => `key-of-${account}`

beforeAll(async () => {
  for (const account of ['north', 'south']) {
    const event = claimRequest({ key: keyOf(account), eventId: ID, provider: 'acme', account, orderId: 'ORDER-1' })
    await store.claim(event)
    const kept = { form: 'delivery', body: Buffer.from('{}'), headers: {}, retryInMs: null, isAccepted: false } as const
    await store.release(event.key, event.token, 'the handler threw', 'failed', kept)
  }
})

describe('an event id of two accounts', () => {
  test('is listed by events with the key and the account of each', async () => {
    const { stdout } = await command(['events', '--order', 'ORDER-1'])
    expect(stdout).toMatch(/^ +key-of-north +order ORDER-1 .*account north$/m)
    expect(stdout).toMatch(/^ +key-of-south +order ORDER-1 .*account south$/m)
  })

  test.each([
    ['the event id', ID],
    ['the id at the provider', 'evt_shared'],
  ])('shows both by %s, and says that a key shows one', async (_by, id) => {
    const { stdout, stderr } = await command(['show', id])
    for (const account of ['north', 'south']) expect(stdout).toContain(keyOf(account))
    expect(stderr).toContain('is in 2 records; show one by its key')
  })

  test('of one account is shown and replayed alone, and the replay says whose it is', async () => {
    const shown = await command(['show', 'ORDER-1', '--account', 'south'])
    expect(shown.stdout).toMatch(/^key +key-of-south$/m)
    const asked = await command(['replay', ID, '--account', 'south', '--wait', '0', '--json'])
    expect(JSON.parse(asked.stdout)).toMatchObject({ waiting: [{ key: 'key-of-south' }], unknown: [] })
    expect(asked.stderr).toBe(`${ID}: found in ${ID}, of the account south\n`)
    expect((await command(['replay', ID, '--account', 'west', '--wait', '0'])).code).toBe(1)
  })

  test('of one account is found among hundreds of others about an order of the same name', async () => {
    const keep = async (account: string, name: string) => {
      const about = { provider: 'acme', account, orderId: 'ORDER-2' }
      const event = claimRequest({ key: `${account}-${name}`, eventId: `acme:${account}:${name}`, ...about })
      await store.claim(event)
      const kept = {
        form: 'delivery',
        body: Buffer.from('{}'),
        headers: {},
        retryInMs: null,
        isAccepted: false,
      } as const
      await store.release(event.key, event.token, 'the handler threw', 'failed', kept)
    }
    for (const name of ['one', 'other']) await keep('inland', name)
    for (let at = 0; at < 210; at++) await keep('crowd', `${at}`)
    const shown = await command(['show', 'ORDER-2', '--account', 'inland'])
    expect(shown.stderr).toContain('is in 2 records')
    const asked = await command(['replay', 'ORDER-2', '--account', 'inland', '--wait', '0', '--json'])
    expect(asked.code).toBe(1)
    expect(JSON.parse(asked.stdout)).toMatchObject({
      waiting: [],
      unknown: [{ choices: [{ account: 'inland' }, { account: 'inland' }] }],
    })
  })

  test('replays neither, and says whose each key is', async () => {
    const { stderr } = await command(['replay', ID])
    expect(stderr).toMatch(
      /ACCOUNT\n.*north\n +npx express-payment-webhooks replay key-of-north|ACCOUNT\n.*south\n +npx express-payment-webhooks replay key-of-south/,
    )
  })
})

test('show prints the account of one', async () => {
  const { stdout } = await command(['show', keyOf('south')])
  expect(stdout).toMatch(/^account +south$/m)
})

test('events --account lists those of one account, by their event id', async () => {
  const { stdout } = await command(['events', '--account', 'north'])
  expect(stdout).toContain(ID)
  expect(stdout).not.toContain('south')
})

test('replay --all --account has those of one account run', async () => {
  const { stdout } = await command(['replay', '--all', '--account', 'north', '--wait', '0', '--json'])
  expect((JSON.parse(stdout) as { waiting: { key: string }[] }).waiting.map(({ key }) => key)).toEqual([keyOf('north')])
})
