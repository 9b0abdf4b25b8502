/** An operator has a running shop look for what never arrived. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { createReceiver, type Receiver } from 'express-payment-webhooks'
import { reconcileEvery, type Lister } from 'express-payment-webhooks/reconcile'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'
import { keep, operatorStore } from '../support/operator-store.js'

const { store, command } = operatorStore()

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A running shop that reconciles, and whose first run is over. */
async function shop(name: string, list: Lister, handle: (id: string) => void = () => {}): Promise<Receiver> {
  const receiver = createReceiver(hmacProvider({ name }), {
    store,
    onError: () => {},
    on: { 'payment.confirmed': ({ id }) => handle(id) },
  })
  open.push(receiver)
  let ran!: () => void
  const first = new Promise<void>((resolve) => (ran = resolve))
  open.push(reconcileEvery(receiver, { list, graceMs: 0, onResult: () => ran() }))
  await first
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
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('RECONCILE_TOO_EARLY: what was handled') })
    expect(refused.stderr).toContain('give a later since, or --adopt, which makes')
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
    const request = () => store.readNote('reconcile-request later')
    expect(await request()).not.toBeNull()
    await shop('later', listOf())
    for (let looks = 0; (await request()) !== null && looks < 100; looks++) await pause(100)
    expect(await request()).toBeNull()
    expect(JSON.parse((await store.readNote('reconcile-answer later'))!)).toMatchObject({ state: 'done' })
  })

  test.each([
    ['strpe', 'stripe'],
    ['orderd', 'ordered'],
  ])('takes %s for a slip of the finger, and leaves no request', async (slip, meant) => {
    const { code, stderr } = await command(['reconcile', slip, '--wait', '0'])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Did you mean "${meant}"?`)])
    expect(await store.readNote(`reconcile-request ${slip}`)).toBeNull()
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
