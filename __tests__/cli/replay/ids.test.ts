/** `replay` by ids that an operator has, in a running shop: the same on every store. */
import { describe, expect, jest } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { paymentWebhook, type DurableStore } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sample } from 'express-payment-webhooks/testing'
import { quarantineKey } from '../../../src/flow/quarantine.js'
import { postgres, redis, sqlite, useBackend, type Backend } from '../../support/command-backends.js'
import { describeWith, POSTGRES, REDIS } from '../../support/needs.js'
import { runCommand } from '../../support/run-command.js'
import { sideBySide } from '../../support/side-by-side.js'

jest.setTimeout(60_000)

const provider = stripe({ secret: 'whsec_k7Jw2nVq9TzR4mXc8LpB3sYd' })

const ORDER = 'ORDER-1001'
const PAYMENT = 'pi_3Tq8Wd2eZvKYlo2C0f6NcR1m'
const CHARGE = 'ch_3Tq8Wd2eZvKYlo2C0b9KxJ4s'
const PAID = 'evt_3Tq8Wd2eZvKYlo2C04dDeEfF'
const REFUNDED = 'evt_3Tq8Wd2eZvKYlo2C11kKlLmM'

const paid = (fields: Readonly<Record<string, unknown>> = {}) => sample('stripe', 'payment.confirmed', fields)
const refunded = () => sample('stripe', 'refund.confirmed')

function suite(create: () => Backend) {
  const { backend, running } = useBackend(create)
  const test = sideBySide()

  /** A shop whose handlers throw while it is broken, and the command on its store. */
  function shop() {
    const { store, options, url } = backend.fresh()
    const state = { isBroken: false, handled: [] as string[] }
    const handle = async ({ type }: { readonly type: string }) => {
      if (state.isBroken) throw new Error('no such table: orders')
      state.handled.push(type)
    }
    const on = { 'payment.confirmed': handle, 'refund.confirmed': handle }
    const webhook = paymentWebhook(provider, { store, on, onError: () => {} })
    running.push({ webhook, store })
    const app = express().use('/hook', webhook)
    const deliver = async (payload: object): Promise<number> => {
      const { headers, body } = provider.sign(payload)
      return (await request(app).post('/hook').set(headers).send(String(body))).status
    }
    return {
      store,
      state,
      deliver,
      async failAt(...payloads: readonly object[]) {
        state.isBroken = true
        for (const payload of payloads) expect(await deliver(payload)).toBe(500)
        state.isBroken = false
      },
      command: (...args: string[]) => runCommand([...args, ...options], { env: { PAYMENT_WEBHOOKS_STORE: url } }),
    }
  }

  for (const [what, id] of [
    ['its order', ORDER],
    ['its payment', PAYMENT],
    ['its id at the provider', PAID],
    ['another id in what is kept', CHARGE],
  ] as const) {
    test(`the one failed event is replayed by ${what}`, async () => {
      const { state, failAt, command } = shop()
      await failAt(paid())
      const { code, stdout, stderr } = await command('replay', id)
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^replayed +1$/m)])
      expect(stderr).toContain(`${id}: found in stripe:${PAID}\n`)
      expect(state.handled).toEqual(['payment.confirmed'])
    })
  }

  test('beside one that is done the failed one is replayed; once both are, the command says so', async () => {
    const { state, deliver, failAt, command } = shop()
    expect(await deliver(paid())).toBe(200)
    await failAt(refunded())
    expect((await command('replay', ORDER)).code).toBe(0)
    expect(state.handled).toEqual(['payment.confirmed', 'refund.confirmed'])

    const { code, stdout, stderr } = await command('replay', ORDER)
    expect([code, stdout]).toEqual([0, 'nothing to replay\n'])
    expect(stderr).toMatch(/^ORDER-1001: nothing under this id can be run again: /)
    for (const id of [PAID, REFUNDED]) {
      const isDone = `stripe:${id} was handled; no delivery of it is quarantined`
      expect(stderr).toContain(isDone)
      expect(await command('replay', id)).toMatchObject({ code: 0, stderr: `${id}: ${isDone}\n` })
    }
    expect(state.handled).toHaveLength(2)
  })

  test('of an order with two failed events none is replayed, and each is by the line that is printed', async () => {
    const { store, state, deliver, failAt, command } = shop()
    expect(await deliver(paid({ id: 'evt_done' }))).toBe(200)
    await failAt(paid(), refunded())
    const failed = await store.listEvents({ state: 'failed' })
    const { code, stdout, stderr } = await command('replay', ORDER)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^ORDER-1001: 2 records that can be run again have this id, so none is replayed; name what/)
    const lines = stderr.split('\n').filter((line) => line.startsWith('  npx express-payment-webhooks replay '))
    expect(lines.sort()).toEqual(failed.map(({ key }) => `  npx express-payment-webhooks replay ${key}`).sort())
    const { unknown } = JSON.parse((await command('replay', ORDER, '--json')).stdout) as { unknown: object[] }
    expect(unknown).toMatchObject([{ id: ORDER, choices: [{ state: 'failed' }, { state: 'failed' }] }])
    expect(await store.listEvents({ due: true })).toEqual([])
    expect(state.handled).toEqual(['payment.confirmed'])

    for (const line of lines) expect((await command(...line.trim().split(' ').slice(2))).code).toBe(0)
    expect(state.handled.slice(1).sort()).toEqual(['payment.confirmed', 'refund.confirmed'])
  })

  /** A delivery that could not be read when it came, and that can be read now; it names the order in its body alone. */
  async function keepUnreadable(store: DurableStore<unknown>): Promise<string> {
    const body = Buffer.from(JSON.stringify(paid({ id: 'evt_unread', data: { object: { id: 'pi_unread' } } })))
    const key = quarantineKey(provider, body, {})
    const about = {
      provider: 'stripe',
      account: '',
      eventId: null,
      orderId: null,
      code: 'PAYLOAD_INVALID',
      message: '',
    }
    await store.quarantine({ ...about, key, body, headers: {} })
    return key
  }

  test('an unreadable delivery of an order is replayed by it, although another event of it is done', async () => {
    const { store, state, deliver, command } = shop()
    expect(await deliver(paid())).toBe(200)
    const key = await keepUnreadable(store)
    const listed = await command('events', '--order', ORDER)
    expect(listed.stdout).toMatch(/^quarantined +stripe +PAYLOAD_INVALID[^]*^done +stripe +payment\.confirmed/m)
    const { code, stdout, stderr } = await command('replay', ORDER)
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^replayed +1$/m)])
    expect(stderr).toContain(`${ORDER}: found in ${key}\n`)
    expect(state.handled).toHaveLength(2)
    expect(await store.listEvents({ orderId: ORDER, state: 'done' })).toHaveLength(2)
  })

  test('an unreadable delivery and a failed event of an order are listed, and neither is replayed', async () => {
    const { store, state, failAt, command } = shop()
    await failAt(paid())
    const key = await keepUnreadable(store)
    const { code, stderr } = await command('replay', ORDER)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^ORDER-1001: 2 records that can be run again have/)])
    expect(stderr).toContain(`\n  npx express-payment-webhooks replay ${key}\n`)
    expect(await store.listEvents({ due: true })).toEqual([])
    expect(state.handled).toEqual([])
  })

  test('a failed event of another order that mentions this one is not replayed by it, and is named', async () => {
    const { store, state, deliver, failAt, command } = shop()
    const metadata = { order_id: 'ORDER-1002', replaces: ORDER }
    await failAt(paid({ id: 'evt_other', data: { object: { id: 'pi_other', metadata } } }))
    expect(await deliver(paid())).toBe(200)
    const [failed] = await store.listEvents({ state: 'failed' })
    const { code, stdout, stderr } = await command('replay', ORDER)
    expect([code, stdout]).toEqual([0, 'nothing to replay\n'])
    expect(stderr).toContain('; other events that are kept have it in their bodies, and are run by their keys\n')
    expect(stderr).toContain(`\n  npx express-payment-webhooks replay ${failed!.key}\n`)
    expect(state.handled).toHaveLength(1)
    await failAt(refunded())
    expect((await command('replay', ORDER)).stdout).toMatch(/^replayed +1$/m)
    expect(state.handled).toEqual(['payment.confirmed', 'refund.confirmed'])
  })

  test('a conflict is replayed by its key alone, whatever else names it', async () => {
    const { store, state, deliver, command } = shop()
    await deliver(paid())
    expect(await deliver(paid({ data: { object: { amount: 10, amount_received: 10 } } }))).toBe(200)
    const [kept] = await store.listEvents({ state: 'quarantined' })
    expect(kept).toMatchObject({ code: 'ID_CONFLICT' })
    for (const id of [ORDER, PAYMENT, PAID]) {
      const { code, stderr } = await command('replay', id)
      const asksForKey = new RegExp(`^${id}: is kept as ID_CONFLICT; .*: ${kept!.key}\n$`)
      expect([code, stderr]).toEqual([1, expect.stringMatching(asksForKey)])
    }
    expect(state.handled).toHaveLength(1)
    expect((await command('replay', kept!.key)).code).toBe(0)
    expect(state.handled).toHaveLength(2)
  })

  test('an id that nothing has ends with 1, and says as what it was looked for', async () => {
    const { deliver, command } = shop()
    await deliver(paid())
    const { code, stderr } = await command('replay', 'ORDER-0')
    const said = /^ORDER-0: the store has nothing under this id \(looked for as an event, a key, a payment/
    expect([code, stderr]).toEqual([1, expect.stringMatching(said)])
  })
}

describe('replay by an id on SQLite', () => suite(sqlite))
describeWith(REDIS, 'replay by an id on Redis', () => suite(redis))
describeWith(POSTGRES, 'replay by an id on Postgres', () => suite(() => postgres(false)))
