/** `dismiss`: what is taken off the list, what is asked first, and what stays as it is. */
import { describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { paymentWebhook } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sample } from 'express-payment-webhooks/testing'
import { sqlite, useBackend } from '../support/command-backends.js'
import { runCommand } from '../support/run-command.js'

jest.setTimeout(60_000)

const provider = stripe({ secret: 'whsec_k7Jw2nVq9TzR4mXc8LpB3sYd' })
const ORDER = 'ORDER-1001'
const PAID = 'stripe:evt_3Tq8Wd2eZvKYlo2C04dDeEfF'

describe('dismiss', () => {
  const { backend, running } = useBackend(sqlite)

  /** A shop whose handlers fail, and the command on its store. */
  function shop() {
    const { store, options, url } = backend.fresh()
    const fail = () => Promise.reject(new Error('no such order'))
    const on = { 'payment.confirmed': fail, 'refund.confirmed': fail }
    const webhook = paymentWebhook(provider, { store, on, onError: () => {} })
    running.push({ webhook, store })
    const app = express().use('/hook', webhook)
    return {
      store,
      async deliver(payload: object): Promise<number> {
        const { headers, body } = provider.sign(payload)
        return (await request(app).post('/hook').set(headers).send(String(body))).status
      },
      command: (args: readonly string[], more: Parameters<typeof runCommand>[1] = {}) =>
        runCommand(['dismiss', ...args, ...options], { ...more, env: { PAYMENT_WEBHOOKS_STORE: url } }),
    }
  }
  const paid = () => sample('stripe', 'payment.confirmed')

  test('--yes marks a failed event as done, and a later delivery of it is acknowledged', async () => {
    const { store, deliver, command } = shop()
    expect(await deliver(paid())).toBe(500)
    const { code, stdout, stderr } = await command([ORDER, '--yes'])
    expect([code, stdout]).toEqual([0, `dismissed: ${PAID}\n`])
    expect(stderr).toMatch(
      new RegExp(`^failed: ${PAID}, payment\\.confirmed of stripe, order ${ORDER}, .* [A-Z]{3}\\n$`),
    )
    expect(await store.getEvent(PAID)).toMatchObject({ state: 'done', code: 'DISMISSED', attempts: 1 })
    expect(await deliver(paid())).toBe(200)
  })

  test('without --yes and without a terminal nothing is changed, and the record is named', async () => {
    const { store, deliver, command } = shop()
    await deliver(paid())
    const { code, stdout, stderr } = await command([PAID])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^failed: .*\nnothing was changed\. The event will never be handled.* add --yes\n$/)
    expect((await store.getEvent(PAID))?.state).toBe('failed')
  })

  test('what is done already is said to be, with 0, and what is not there with 1', async () => {
    const { deliver, command } = shop()
    await deliver(paid())
    await command([PAID, '--yes'])
    expect(await command([PAID, '--yes'])).toMatchObject({ code: 0, stderr: expect.stringMatching(/is done already/) })
    expect(await command(['ORDER-9', '--yes'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/has nothing/) })
  })

  test('of several records none is changed, and each is printed with the line to type', async () => {
    const { store, deliver, command } = shop()
    await deliver(paid())
    await store.quarantine({
      ...{ key: 'K'.repeat(43), provider: 'stripe', account: '', eventId: PAID, orderId: ORDER },
      ...{ code: 'ID_CONFLICT', message: 'other content', body: Buffer.from('{}'), headers: {} },
    })
    const { code, stderr } = await command([ORDER, '--yes'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`npx express-payment-webhooks dismiss ${'K'.repeat(43)}`),
    ])
    expect(await store.countEvents()).toMatchObject({ failed: 1, quarantined: 1 })
    expect(JSON.parse((await command(['K'.repeat(43), '--yes', '--json'])).stdout)).toMatchObject({
      dismissed: { code: 'ID_CONFLICT' },
    })
    expect(await store.countEvents()).toMatchObject({ failed: 1, quarantined: 0 })
  })

  test('a delivery that only mentions the id of a handled order in its body is not dismissed by that id', async () => {
    const { store, deliver, command } = shop()
    await deliver(paid())
    await store.dismiss((await store.getEvent(PAID))!.key)
    const key = 'K'.repeat(43)
    const about = {
      provider: 'stripe',
      account: '',
      eventId: null,
      orderId: null,
      code: 'PAYLOAD_INVALID',
      message: '',
    }
    await store.quarantine({ ...about, key, body: Buffer.from(`{"order":"${ORDER}"}`), headers: {} })
    const { code, stderr } = await command([ORDER, '--yes'])
    expect([code, stderr]).toEqual([1, expect.stringContaining(`npx express-payment-webhooks dismiss ${key}`)])
    expect(await store.getEvent(key)).not.toBeNull()
    expect((await command([key, '--yes'])).code).toBe(0)
    expect(await store.getEvent(key)).toBeNull()
  })

  const onTerminal = (input: string) => ({ input, isTyped: true, isWatched: true })
  const QUESTION = 'a later delivery of it is acknowledged and ignored. Dismiss it? [y/N] '

  test.each(['y\n', 'Yes\n', ' y \n'])('on a terminal it asks, and %j dismisses', async (input) => {
    const { store, deliver, command } = shop()
    await deliver(paid())
    const { code, stdout, stderr } = await command([PAID], onTerminal(input))
    expect([code, stdout]).toEqual([0, `dismissed: ${PAID}\n`])
    expect(stderr.endsWith(QUESTION)).toBe(true)
    expect(await store.getEvent(PAID)).toMatchObject({ state: 'done', code: 'DISMISSED' })
  })

  test.each(['n\n', '\n', 'yess\n', 'no\ny\n', ''])('on a terminal it asks, and %j changes nothing', async (input) => {
    const { store, deliver, command } = shop()
    await deliver(paid())
    const { code, stdout, stderr } = await command([PAID], onTerminal(input))
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr.endsWith(`${QUESTION}${input === '' ? '\n' : ''}nothing was changed\n`)).toBe(true)
    expect((await store.getEvent(PAID))?.state).toBe('failed')
  })

  test('--json answers a question that was not confirmed, and neither asks nor changes anything off a terminal', async () => {
    const { store, deliver, command } = shop()
    await deliver(paid())
    const { code, stdout } = await command([PAID, '--json'], onTerminal('n\n'))
    expect([code, JSON.parse(stdout)]).toEqual([1, { dismissed: null, reason: 'not confirmed', choices: [] }])
    expect(await command([PAID, '--json'], { input: 'y\n' })).toMatchObject({ code: 2, stdout: '' })
    expect((await store.getEvent(PAID))?.state).toBe('failed')
  })

  test('--json without a match answers why, with 1, and of what is done already with 0', async () => {
    const { deliver, command } = shop()
    await deliver(paid())
    const nothing = await command(['ORDER-9', '--yes', '--json'])
    const reason = expect.stringMatching(/^the store has nothing under this id/)
    expect([nothing.code, JSON.parse(nothing.stdout)]).toEqual([1, { dismissed: null, reason, choices: [] }])
    await command([PAID, '--yes'])
    const done = await command([PAID, '--yes', '--json'])
    const isDone = 'is done already, so there is nothing to dismiss'
    expect([done.code, JSON.parse(done.stdout)]).toEqual([0, { dismissed: null, reason: isDone, choices: [] }])
  })
})
