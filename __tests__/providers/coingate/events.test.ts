/** What an order that was read becomes, and what its callback may and may not do. */
import { describe, expect, test } from '@jest/globals'
import { answerTo } from 'express-payment-webhooks'
import { callback, coinGateReceiver, order, TOKEN } from './support.js'

describe('an order', () => {
  test.each([
    ['pending', 'payment.pending', null],
    ['confirming', 'payment.detected', '129'],
    ['paid', 'payment.confirmed', '129'],
    ['invalid', 'payment.failed', null],
    ['expired', 'payment.expired', null],
    ['canceled', 'payment.canceled', null],
    ['refunded', 'payment.refunded', null],
    ['partially_refunded', 'refund.confirmed', null],
    ['someday', 'coingate.someday', null],
    ['toString', 'coingate.toString', null],
  ])('that reads %s is %s', async (status, type, amount) => {
    const event = await coinGateReceiver().becomes(order({ status }))
    expect(event).toMatchObject({ type, refund: null })
    expect(event.received?.amount ?? null).toBe(amount)
    if (type.startsWith('coingate.')) return
    expect(event).toMatchObject({
      orderId: 'ORDER-1001',
      paymentId: '518842',
      expected: { amount: '129', currency: 'EUR' },
    })
  })

  test.each([
    [{}, '129', '0.00142'],
    [{ underpaid_amount: '0.00042' }, '90.84', '0.001'],
    [{ underpaid_amount: '0.00142' }, '0', '0'],
    [{ underpaid_amount: '1' }, '0', '0'],
    [{ overpaid_amount: '0.001' }, '129', '0.00242'],
    [{ underpaid_amount: null, overpaid_amount: null }, '129', '0.00142'],
  ])('that is paid, with %j, was paid %s EUR with %s BTC', async (rest, amount, coins) => {
    expect(await coinGateReceiver().becomes(order(rest))).toMatchObject({
      received: { amount, currency: 'EUR', basis: 'total', asOf: expect.any(String) as unknown },
      original: { amount: coins, currency: 'BTC' },
      occurredAt: '2026-11-27T08:04:32.000Z',
    })
  })

  test('whose coin was not chosen says nothing of what came', async () => {
    expect(await coinGateReceiver().becomes(order({ pay_amount: null, pay_currency: null }))).toMatchObject({
      received: null,
      original: null,
    })
  })

  test.each([
    ['a form', 'id=518842&order_id=ORDER-1001&status=paid&token=' + TOKEN],
    ['JSON', JSON.stringify(callback())],
  ])('may be called about by %s', async (_what, body) => {
    expect(await coinGateReceiver().becomes(order(), body)).toMatchObject({ type: 'payment.confirmed' })
  })

  test('never hands its token on', async () => {
    const receiver = coinGateReceiver()
    await receiver.becomes(order({ token: TOKEN }))
    expect(JSON.stringify(receiver.events)).not.toContain(TOKEN)
  })
})

describe('a callback', () => {
  test('that says another state, or another amount, decides nothing', async () => {
    const event = await coinGateReceiver().becomes(
      order({ status: 'expired' }),
      callback({ status: 'pending', price_amount: '1', overpaid_amount: '5' }),
    )
    expect(event).toMatchObject({ type: 'payment.expired', received: null, expected: { amount: '129' } })
  })

  test.each([
    ['paid', 'new'],
    ['paid', 'pending'],
    ['paid', 'confirming'],
    ['expired', 'pending'],
    ['refunded', 'paid'],
    ['pending', 'new'],
    ['someday', 'new'],
  ])('about %s, where the order still reads %s, comes again', async (status, reads) => {
    const receiver = coinGateReceiver()
    expect(await receiver.callback(order({ status: reads }), callback({ status }))).toMatchObject({
      kind: 'retry_later',
      error: { code: 'READ_BACK_BEHIND' },
    })
    expect(receiver.events).toEqual([])
  })

  test.each([
    ['another order was answered', { id: 518843 }, 'READ_BACK_MISMATCH'],
    ['the token was looked up by another name', { order_id: 'ORDER-1002' }, 'READ_BACK_MISMATCH'],
    ['the answer is none', { status: null }, 'READ_BACK_UNAVAILABLE'],
  ])('for which %s comes again', async (_what, rest, code) => {
    expect(await coinGateReceiver().callback(order(rest))).toMatchObject({ kind: 'retry_later', error: { code } })
  })

  test.each(['', '../518842', '518842/', '0', '-1', '5.5', '99999999999999999999', null, {}, [518842]])(
    'with %j for an id is read nowhere',
    async (id) => {
      const receiver = coinGateReceiver()
      expect(await receiver.callback(order(), callback({ id }))).toMatchObject({ kind: 'unusable' })
      expect(receiver.asked).toEqual([])
    },
  )

  test('about an order that the shop does not know yet comes again; one with another token too, and not as 401', async () => {
    const [unknown, other] = [coinGateReceiver(() => null), coinGateReceiver(async () => `${TOKEN}2`)]
    const outcomes = [await unknown.callback(order()), await other.callback(order())]
    expect(outcomes.map(({ error }) => error?.code)).toEqual(['ORDER_UNKNOWN', 'AUTH_MISMATCH'])
    expect(outcomes[0]?.error?.message).toMatch(
      /^orderToken\(\) returned no token for order \S+ \(yet\)\. If this continues, store/,
    )
    expect(outcomes.map((outcome) => answerTo(outcome, unknown.provider).status)).toEqual([503, 422])
    expect([unknown.asked, other.asked]).toEqual([[], []])
  })

  test('looks its token up by what it names, and by nothing else', async () => {
    const names: unknown[] = []
    const receiver = coinGateReceiver((name) => {
      names.push(name)
      return TOKEN
    })
    await receiver.callback(order())
    await receiver.callback(order(), callback({ id: { $ne: 1 }, order_id: ['ORDER-1001'] }))
    expect(names).toEqual([
      { id: '518842', orderId: 'ORDER-1001' },
      { id: null, orderId: null },
    ])
  })

  test('twice is one event; another state is another, also after the order had run out', async () => {
    const { events, ...receiver } = coinGateReceiver()
    const kinds = []
    for (const status of ['pending', 'pending', 'expired', 'paid', 'paid', 'refunded']) {
      kinds.push((await receiver.callback(order({ status }), callback({ status, paid_at: String(kinds.length) }))).kind)
    }
    expect(kinds).toEqual(['unhandled', 'duplicate', 'unhandled', 'unhandled', 'duplicate', 'unhandled'])
    expect(events.map(({ type }) => type)).toEqual([
      'payment.pending',
      'payment.expired',
      'payment.confirmed',
      'payment.refunded',
    ])
  })

  test('that is late brings what the order reads by then', async () => {
    const receiver = coinGateReceiver()
    await receiver.becomes(order({ status: 'paid' }))
    expect(await receiver.callback(order({ status: 'paid' }), callback({ status: 'confirming' }))).toMatchObject({
      kind: 'duplicate',
    })
  })
})
