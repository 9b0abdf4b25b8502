/** Classic callbacks: only data that was read counts, and a read reveals nothing. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { receiverOf } from '../../support/deliver.js'
import { recordingStore } from '../../support/recording-store.js'
import { apiServer } from '../../support/provider-suite.js'
import { answer, classicReceiver, eur, ID, paid } from './support.js'

const KEY = 'live_8f2b1c9d7e6a5b4c3d2e1f0a9b8c7d'
const EMBED = '?embed=refunds%2Cchargebacks'

describe('reading with an API key', () => {
  const live = JSON.stringify(paid())
  const api = apiServer({
    [`/v2/payments/${ID}${EMBED}`]: { body: live },
    [`/v2/payments/tr_elsewhere${EMBED}`]: { body: live },
    [`/v2/payments/tr_notJson${EMBED}`]: { body: 'Bad Gateway' },
    [`/v2/payments/tr_keyRefused${EMBED}`]: { status: 401, body: '{}' },
    [`/v2/payments/tr_down${EMBED}`]: { status: 503, body: '{}' },
    [`/v2/payments/tr_test${EMBED}`]: { body: JSON.stringify({ ...answer('paid'), id: 'tr_test' }) },
    [`/v2/payments/tr_test${EMBED}&testmode=true`]: { body: JSON.stringify({ ...answer('paid'), id: 'tr_test' }) },
  })
  const receiver = (rest: object = {}) => receiverOf(mollie({ apiKey: KEY, apiUrl: api.url(), ...rest }))

  test('asks for the payment with its refunds and chargebacks, and the event is what was answered', async () => {
    const { deliver, events } = receiver()
    expect(await deliver(`id=${ID}`)).toMatchObject({ kind: 'unhandled' })
    expect(api.requests.at(-1)).toMatchObject({
      path: `/v2/payments/${ID}${EMBED}`,
      headers: { authorization: `Bearer ${KEY}` },
    })
    expect(events).toMatchObject([{ type: 'payment.confirmed', orderId: 'ORDER-1001', paymentId: ID }])
  })

  test('a payment that Mollie does not know is acknowledged, and nothing is stored', async () => {
    const store = recordingStore()
    const { deliver, events } = receiverOf(mollie({ apiKey: KEY, apiUrl: api.url() }), { store })
    expect(await deliver('id=tr_forged')).toMatchObject({ kind: 'ignored' })
    expect([store.calls, events]).toEqual([[], []])
  })

  test.each([
    ['tr_elsewhere', 'READ_BACK_MISMATCH'],
    ['tr_notJson', 'READ_BACK_UNAVAILABLE'],
    ['tr_keyRefused', 'READ_BACK_UNAVAILABLE'],
    ['tr_down', 'READ_BACK_UNAVAILABLE'],
  ])('%s is asked for again, and no key is told', async (id, code) => {
    const { deliver, errors, events } = receiver()
    expect(await deliver(`id=${id}`)).toMatchObject({ kind: 'retry_later', error: { code } })
    expect(events).toEqual([])
    const told = errors.map((error) => [error.message, error.stack, JSON.stringify(error.cause), String(error.cause)])
    expect(JSON.stringify(told)).not.toContain(KEY)
    expect(JSON.stringify(told)).not.toContain(id)
  })

  test('an order of the retired Orders API is not asked for, and the fix is named', async () => {
    const { deliver, errors } = receiver()
    const before = api.requests.length
    expect(await deliver('id=ord_kEn1PlbGa')).toMatchObject({ kind: 'retry_later' })
    expect(errors[0]?.message).toMatch(/give readBack/)
    expect(api.requests).toHaveLength(before)
  })

  test('a test of the address asks for nothing', async () => {
    const before = api.requests.length
    expect(await receiver().deliver('testByMollie=1')).toMatchObject({ kind: 'ignored' })
    expect(api.requests).toHaveLength(before)
  })

  test("an organization's token is told the mode, and an API key is not", async () => {
    const token = 'access_vR6naacwfSpfaT5CUwNTdV5KsVPJTNjURkgBPdvW'
    await receiver({ apiKey: token, mode: 'test' }).deliver('id=tr_test')
    expect(api.requests.at(-1)?.path).toBe(`/v2/payments/tr_test${EMBED}&testmode=true`)
    await receiver({ apiKey: KEY.replace('live', 'test'), mode: 'test' }).deliver('id=tr_test')
    expect(api.requests.at(-1)?.path).toBe(`/v2/payments/tr_test${EMBED}`)
  })
})

describe('two callbacks at once', () => {
  let close = () => {}
  afterEach(() => close())

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    close = () => void server.close()
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  test('a callback that comes while the payment is read has it read again', async () => {
    const started: (() => void)[] = []
    let chargedBack = false
    const apiUrl = await listen((_req, res) => {
      // The answer was true when its read began.
      const body = JSON.stringify(paid(chargedBack ? { amountChargedBack: eur('49.90') } : {}))
      started.push(() => res.end(body))
    })
    const { deliver, events } = receiverOf(mollie({ apiKey: KEY, apiUrl }))
    const arrived = async (count: number) => {
      while (started.length < count) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const first = deliver(`id=${ID}`)
    await arrived(1)
    chargedBack = true
    const later = [deliver(`id=${ID}`), deliver(`id=${ID}`)]
    started[0]!()
    await arrived(2)
    started[1]!()
    await Promise.all([first, ...later])
    expect(events.map(({ type }) => type)).toEqual(['payment.confirmed', 'dispute.opened'])
    expect(started).toHaveLength(2)
  })
})

describe("reading by the shop's own client", () => {
  const bytes = Buffer.from(JSON.stringify(paid()))

  test.each([
    ['an object', paid()],
    ['bytes', bytes],
    ['a text', bytes.toString()],
  ])('may answer %s', async (_what, read) => {
    expect(await classicReceiver().becomes(read)).toMatchObject({ received: { amount: '49.9', basis: 'total' } })
  })

  test.each([
    ['null', async () => null],
    ['undefined', async () => undefined],
    ['an error with statusCode 404', async () => Promise.reject(Object.assign(new Error('gone'), { statusCode: 404 }))],
  ])('says with %s that there is no such payment', async (_what, readBack) => {
    expect(await receiverOf(mollie({ readBack })).deliver(`id=${ID}`)).toMatchObject({ kind: 'ignored' })
  })

  test.each([
    ['another shape', { ...paid(), amount: '49.90' }],
    ['no JSON', 'Bad Gateway'],
    ['an amount that is none', paid({ amount: { value: '49,90', currency: 'EUR' } })],
  ])('that answers %s is asked again later', async (_what, read) => {
    expect(await classicReceiver().callback(read)).toMatchObject({
      kind: 'retry_later',
      error: { code: 'READ_BACK_UNAVAILABLE' },
    })
  })

  test('an error keeps its words, and none of the fields that HTTP clients put the request into', async () => {
    const error = Object.assign(new Error('connect ETIMEDOUT'), { config: { headers: { authorization: KEY } } })
    const { deliver, errors } = receiverOf(mollie({ readBack: async () => Promise.reject(error) }))
    expect(await deliver(`id=${ID}`)).toMatchObject({ kind: 'retry_later' })
    const cause = errors[0]?.cause as Error
    expect(cause.message).toBe('connect ETIMEDOUT')
    expect(Object.keys(cause)).not.toContain('config')
  })

  test('answers the payment of an order of the retired Orders API', async () => {
    const receiver = classicReceiver()
    await receiver.callback(paid({ orderId: 'ord_kEn1PlbGa' }), 'id=ord_kEn1PlbGa')
    expect(receiver.events).toMatchObject([{ paymentId: ID, paymentIds: [ID, 'ord_kEn1PlbGa'] }])
    expect(await receiver.callback(paid({ orderId: 'ord_other' }), 'id=ord_kEn1PlbGa')).toMatchObject({
      error: { code: 'READ_BACK_MISMATCH' },
    })
  })
})

describe('the id', () => {
  test.each([
    'id=tr_..%2F..%2Fcustomers',
    'id=tr_a%2F..',
    'id=tr_a%3Fembed%3Dpayments',
    'id=tr_a%23',
    'id=tr_a%0D%0A',
    'id=tr_a%00',
    'id=tr_',
    'id=TR_a',
    'id=cst_a',
    'id=%20tr_a',
    `id=tr_${'a'.repeat(65)}`,
    'id=tr_a&id=tr_b',
    'id[]=tr_a',
    'ID=tr_a',
    '{"id":"tr_a"}',
    '',
  ])('%s is refused, and nobody is asked', async (body) => {
    const receiver = classicReceiver()
    expect(await receiver.callback(paid(), body)).toMatchObject({ kind: 'unusable' })
    expect(receiver.asked).toEqual([])
  })
})
