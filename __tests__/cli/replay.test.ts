/** An operator repairs quarantined deliveries while the shop runs: the same on every store. */
import { describe, expect, jest } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { paymentWebhook, RetryLater, type Handler, type WebhookEvent } from 'express-payment-webhooks'
import { signedRequest } from 'express-payment-webhooks/testing'
import { postgres, redis, sqlite, useBackend, type Backend } from '../support/command-backends.js'
import { hmacProvider, VALID } from '../support/hmac-provider.js'
import { runCommand } from '../support/run-command.js'
import { describeWith, POSTGRES, REDIS } from '../support/needs.js'
import { sideBySide } from '../support/side-by-side.js'

jest.setTimeout(120_000)

const provider = hmacProvider()

/** A promise that is resolved from outside. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

function suite(create: () => Backend) {
  const { backend, running } = useBackend(create)
  const test = sideBySide()

  /** A running shop, and the command on its store. */
  function shop(handler: Handler<WebhookEvent, unknown>, processes = 1) {
    const { store, options, url } = backend.fresh()
    const apps = Array.from({ length: processes }, () => {
      const webhook = paymentWebhook(provider, { store, on: { 'payment.confirmed': handler }, onError: () => {} })
      running.push({ webhook, store })
      return express().use('/hook', webhook)
    })
    return {
      store,
      async deliver(fields: object = {}): Promise<number> {
        const { headers, body } = signedRequest(provider, { ...VALID, ...fields })
        return (await request(apps[0]!).post('/hook').set(headers).send(body)).status
      },
      command: (...args: string[]) => runCommand([...args, ...options], { env: { PAYMENT_WEBHOOKS_STORE: url } }),
    }
  }

  test('an event that failed five times is handled once after the fix, by one of two shops', async () => {
    let orderIsStored = false
    const handled: string[] = []
    const { store, deliver, command } = shop(async (event) => {
      if (!orderIsStored) throw new RetryLater('order not stored yet')
      handled.push(event.id)
    }, 2)
    const statuses: number[] = []
    for (let run = 0; run < 5; run++) statuses.push(await deliver())
    expect(statuses).toEqual([503, 503, 503, 503, 200])
    const listed = await command('events', '--state', 'failed')
    expect(listed.stdout).toMatch(
      /^failed +hmac +payment\.confirmed +5 .*Z {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ\n {2}hmac:evt_1 {2}order 1001 {2}100 USD\n {2}order not stored yet$/m,
    )

    orderIsStored = true
    const { eventId } = (await store.listEvents({ state: 'failed' }))[0]!
    const replayed = await command('replay', eventId!)
    expect(replayed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^replayed +1$/m) })
    expect(handled).toEqual([eventId])
    expect(await store.listEvents({ state: 'failed' })).toEqual([])
    expect(await store.getEvent(eventId!)).toMatchObject({ state: 'done', attempts: 6 })

    const again = await command('replay', eventId!)
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('was handled') })
    expect(await deliver()).toBe(200)
    expect(handled).toHaveLength(1)
  })

  test('a conflict that a person has judged is handled once, although its replay is asked for again while it runs', async () => {
    const amounts: unknown[] = []
    const [running, finish] = [gate(), gate()]
    const { store, deliver, command } = shop(async (event) => {
      amounts.push(event.received?.amount)
      if (amounts.length === 1) return
      running.open()
      await finish.opened
    })
    await deliver()
    expect(await deliver({ amount: '7.00' })).toBe(200)
    const [kept] = await store.listEvents({ state: 'quarantined' })
    expect(kept).toMatchObject({ code: 'ID_CONFLICT' })

    const requests = [await command('replay', kept!.key, '--wait', '0')]
    await running.opened
    requests.push(await command('replay', kept!.key, '--wait', '0'))
    for (const { code, stdout } of requests)
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^requested +1$/m)])
    finish.open()
    const { code } = await command('replay', '--all', '--state', 'replay_requested')
    expect(code).toBe(0)
    expect(amounts).toEqual(['100', '7'])
    expect(await store.listEvents()).toMatchObject([{ state: 'done' }, { state: 'done' }])
  })

  test('an event that fails again stays kept, and the command says why and ends with 1', async () => {
    const { store, deliver, command } = shop(async () => {
      throw new RetryLater('still no such order')
    })
    for (let run = 0; run < 5; run++) await deliver()
    const { code, stdout } = await command('replay', '--all', '--state', 'failed', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      replayed: [],
      returned: [{ kind: 'event', eventId: 'hmac:evt_1', code: null, attempts: 6, reason: 'still no such order' }],
    })
    expect(await store.listEvents()).toMatchObject([{ state: 'failed', attempts: 6, keptAs: 'delivery' }])
    const shown = await command('replay', 'hmac:evt_1')
    expect(shown.stdout).toMatch(/^failed again +1$/m)
    expect(shown.stdout).toMatch(/^hmac:evt_1 +failed\n {2}still no such order$/m)
  })
}

describe('replay on SQLite', () => suite(sqlite))
describeWith(REDIS, 'replay on Redis', () => suite(redis))
describeWith(POSTGRES, 'replay on Postgres', () => suite(() => postgres(false)))
describeWith(POSTGRES, 'replay on Postgres in transactional mode', () => suite(() => postgres(true)))
