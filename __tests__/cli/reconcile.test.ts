/** An operator asks a running shop to look for events that never arrived. */
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { createReceiver, type DurableStore, type Receiver } from 'express-payment-webhooks'
import { reconcileEvery, type Lister } from 'express-payment-webhooks/reconcile'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'
import { describeWith, POSTGRES, REDIS, type Need } from '../support/needs.js'
import { openStore, type Backend } from '../support/open-store.js'
import { keep, operatorStore } from '../support/operator-store.js'
import { requests } from '../support/reconcile-requests.js'
import { runCommand } from '../support/run-command.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'

const SERVERS: readonly [Backend, string, string, readonly Need[]][] = [
  ['redis', REDIS_URL, '--prefix', [REDIS]],
  ['postgres', DATABASE_URL, '--table', [POSTGRES]],
]

const { store, command } = operatorStore()

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A running shop that reconciles and has finished its first run. */
async function shop(
  name: string,
  list: Lister,
  handle: (id: string) => void = () => {},
  at: { readonly store: DurableStore<never>; readonly account: string } = { store: store as never, account: '' },
): Promise<Receiver> {
  const receiver = createReceiver(
    { ...hmacProvider({ name }), account: at.account },
    {
      store: at.store,
      onError: () => {},
      on: { 'payment.confirmed': ({ id }) => handle(id) },
    },
  )
  open.push(receiver)
  open.push(reconcileEvery(receiver, { list, graceMs: 0 }))
  // The first run notes the time, in this process or in another.
  await at.store.init()
  const note = `reconcile ${name}${at.account === '' ? '' : ` ${at.account}`}`
  while ((await at.store.readNote(note)) === null) await pause(5)
  await pause(5)
  return receiver
}

const listOf = (...ids: string[]): Lister =>
  async function* () {
    for (const id of ids) yield { body: bodyOf({ id }) }
  }

describe('reconcile', () => {
  test('is done by the running shop, with its figures', async () => {
    const handled: string[] = []
    await shop('recovering', listOf('a', 'b'), (id) => handled.push(id))
    const first = await command(['reconcile', 'recovering'])
    expect(first.stdout).toMatch(/^listed +2\nknown +0\nrecovered +2\nfailed +0$/m)
    expect(first.code).toBe(0)
    const second = await command(['reconcile', 'recovering', '--json'])
    expect(JSON.parse(second.stdout)).toMatchObject({ state: 'done', listed: 2, known: 2, recovered: 0, failed: 0 })
    expect(handled).toEqual(['recovering:a', 'recovering:b'])
  })

  test('says why it was refused, and what adopt does instead', async () => {
    const handled: string[] = []
    await shop('refusing', listOf('old'), (id) => handled.push(id))
    const refused = await command(['reconcile', 'refusing', '--since', '2h'])
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('RECONCILE_TOO_EARLY: the store has no events handled'),
    })
    expect(refused.stderr).toContain('give a later since, or --adopt, which marks')
    expect(refused.stdout).toBe('')
    const adopted = await command(['reconcile', 'refusing', '--since', '2h', '--adopt'])
    expect(adopted).toMatchObject({ code: 0, stdout: expect.stringMatching(/^known +1$/m) })
    expect(handled).toEqual([])
  })

  test('tells of what failed with its exit code', async () => {
    await shop('failing', listOf('a'), () => {
      throw new Error('the database is away')
    })
    const { code, stdout } = await command(['reconcile', 'failing'])
    expect([code, /^failed +1$/m.test(stdout)]).toEqual([1, true])
  })

  test('leaves its request to a shop that comes later', async () => {
    const waited = await command(['reconcile', 'later', '--wait', '1'])
    expect(waited).toMatchObject({ code: 1, stderr: expect.stringContaining('not taken up after 1 s') })
    const [request] = await requests(store, 'later').waiting()
    expect(request).toMatchObject({ since: null, adopt: false })
    await shop('later', listOf())
    expect(await requests(store, 'later').answers([request!.id])).toMatchObject([{ state: 'done' }])
  })

  for (const [backend, at, option, needs] of SERVERS) {
    describeWith(needs, `on ${backend}`, () => {
      const name = `reconciling_${randomUUID().slice(0, 8)}`
      const opened = openStore({ backend, at, name })
      afterAll(async () => {
        await opened.store.close()
        await opened.close()
      })
      const ask = (...args: string[]) =>
        runCommand(['reconcile', ...args, '--store', at, option, name], { env: { PATH: process.env['PATH'] ?? '' } })

      test('one of two running shops does it, for the account that is named', async () => {
        const handled: string[] = []
        const list = listOf('a', 'b')
        for (const account of ['north', 'south']) {
          const times = account === 'north' ? 2 : 1
          for (let time = 0; time < times; time++) {
            await shop('hosted', list, (id) => handled.push(`${account} ${id}`), {
              store: opened.store as never,
              account,
            })
          }
        }
        const first = await ask('hosted', '--account', 'north')
        expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^listed +2\nknown +0\nrecovered +2/m) })
        expect(handled).toEqual(['north hosted:a', 'north hosted:b'])
        const second = await ask('hosted', '--account', 'north', '--json')
        expect(JSON.parse(second.stdout)).toMatchObject({ state: 'done', listed: 2, known: 2 })
        const refused = await ask('hosted', '--account', 'south', '--since', '2h')
        expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('RECONCILE_TOO_EARLY') })
        const adopted = await ask('hosted', '--account', 'south', '--since', '2h', '--adopt')
        expect(adopted).toMatchObject({ code: 0, stdout: expect.stringMatching(/^known +2$/m) })
        expect(handled).toHaveLength(2)
      })
    })
  }

  test.each([
    ['strpe', 'stripe'],
    ['orderd', 'ordered'],
  ])('takes %s for a slip of the finger, and leaves no request', async (slip, meant) => {
    const { code, stderr } = await command(['reconcile', slip, '--wait', '0'])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Did you mean "${meant}"?`)])
    expect(await requests(store, slip).waiting()).toEqual([])
  })

  test('takes a name that is nearly another one, where a shop has used it', async () => {
    await shop('polars', listOf())
    expect(await command(['reconcile', 'polars', '--wait', '0'])).toMatchObject({ code: 0, stdout: 'requested\n' })
    await keep(store, 'of-stripes', { provider: 'stripes' })
    expect(await command(['reconcile', 'stripes', '--wait', '0'])).toMatchObject({ code: 0, stdout: 'requested\n' })
  })

  test.each([
    [['reconcile'], /name of one provider/],
    [['reconcile', 'a', 'b'], /name of one provider/],
    [['reconcile', 'stripe', '--since', 'yesterday'], /--since must be/],
    [['reconcile', 'stripe', '--wait', '-1'], /--wait/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await command(args)
    expect([code, message.test(stderr)]).toEqual([2, true])
  })
})
