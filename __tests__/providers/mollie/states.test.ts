/** The events of payments that were read. */
import { describe, expect, test } from '@jest/globals'
import { answer, classicReceiver, eur, ID, paid } from './support.js'

describe('a state', () => {
  test.each([
    ['paid', 'payment.confirmed', '49.9'],
    ['authorized', 'payment.authorized', '49.9'],
    ['failed', 'payment.failed', undefined],
    ['canceled', 'payment.canceled', undefined],
    ['expired', 'payment.expired', undefined],
    ['someday', 'mollie.payment.someday', undefined],
  ])('%s', async (status, type, amount) => {
    const event = await classicReceiver().becomes(paid({ status }))
    expect({ type: event.type, amount: event.received?.amount }).toEqual({ type, amount })
  })

  test.each(['open', 'pending'])('%s has not arrived yet: Mollie never calls for it', async (status) => {
    expect(await classicReceiver().callback(paid({ status }))).toMatchObject({
      kind: 'retry_later',
      error: { code: 'READ_BACK_BEHIND' },
    })
  })

  test('a total is dated by when its reading began', async () => {
    const before = new Date().toISOString()
    const { received, refund: back, receivedAt } = await classicReceiver().becomes(paid())
    expect(received?.asOf).toBe(back?.asOf)
    expect(received!.asOf! >= before && received!.asOf! <= receivedAt).toBe(true)
  })

  test.each([
    [{ amountCaptured: eur('30.00') }, '30'],
    [{ amountCaptured: eur('0.00') }, '49.9'],
    [{ amountCaptured: null }, '49.9'],
  ])('of a payment that was reserved, what was captured has come: %j', async (rest, amount) => {
    const event = await classicReceiver().becomes(paid(rest))
    expect(event).toMatchObject({ expected: { amount: '49.9' }, received: { amount, basis: 'total' } })
  })

  test('a part that is captured while the rest stays reserved is no second reservation', async () => {
    const receiver = classicReceiver()
    await receiver.becomes(paid({ status: 'authorized' }))
    const again = await receiver.callback(paid({ status: 'authorized', amountCaptured: eur('10.00') }))
    expect(again).toMatchObject({ kind: 'duplicate' })
  })
})

describe('which mode', () => {
  test.each([
    [{ mode: 'test' }, {}, 'mollie.test.payment.paid'],
    [{ mode: undefined }, {}, 'mollie.test.payment.paid'],
    [{ mode: 'live' }, { mode: 'test' }, 'mollie.live.payment.paid'],
    [{ mode: 'test', status: 'open' }, {}, 'mollie.test.payment.open'],
  ])('a payment with %j, with options %j, is no money', async (payment, options, type) => {
    const receiver = classicReceiver(options)
    expect(await receiver.becomes(paid(payment))).toMatchObject({ type, received: null, orderId: null })
    expect(await receiver.callback(paid(payment))).toMatchObject({ kind: 'duplicate' })
  })

  test('a test payment is money where tests are meant', async () => {
    expect(await classicReceiver({ mode: 'test' }).becomes(answer('paid'))).toMatchObject({ type: 'payment.confirmed' })
  })
})

describe('the order', () => {
  test.each([
    [{ order_id: 'A-1' }, 'A-1'],
    [{ order_id: 1001 }, '1001'],
    [{ orderId: 'A-1' }, null],
    ['A-1', 'A-1'],
    [1001, '1001'],
    [['A-1'], null],
    [[], null],
    [{}, null],
    [{ order_id: { id: 1 } }, null],
    ['', null],
    [null, null],
    [undefined, null],
    [true, null],
  ])('of metadata %j is %j', async (metadata, order) => {
    expect(await classicReceiver().becomes(paid({ metadata }))).toMatchObject({ orderId: order })
  })

  test('stands where the options say', async () => {
    const payment = paid({ metadata: { cart: 'C-7', order_id: 'A-1', constructor: 'x' }, description: 'R-9' })
    const orders = [{ orderKey: 'cart' }, { orderFrom: 'description' }, { orderKey: 'toString' }].map(
      async (options) => (await classicReceiver(options).becomes(payment)).orderId,
    )
    expect(await Promise.all(orders)).toEqual(['C-7', 'R-9', null])
  })
})

describe('what went back, by its totals alone', () => {
  test.each([
    [{ amountRefunded: eur('15.00') }, 'refund.confirmed', '49.9', '15', null],
    [{ amountRefunded: eur('49.90') }, 'payment.refunded', '49.9', '49.9', null],
    [{ amountRefunded: eur('60.00'), amountRemaining: eur('14.90') }, 'payment.refunded', '49.9', '60', null],
    [{ amountRefunded: eur('30.00'), amountCaptured: eur('30.00') }, 'payment.refunded', '30', '30', null],
    [{ amountChargedBack: eur('49.90') }, 'dispute.opened', '49.9', '0', '49.9'],
    [{ amountRefunded: eur('15.00'), amountChargedBack: eur('34.90') }, 'dispute.opened', '49.9', '15', '34.9'],
  ])('%j', async (totals, type, came, back, disputed) => {
    const event = await classicReceiver().becomes(paid(totals))
    expect(event).toMatchObject({
      type,
      received: { amount: came, basis: 'total' },
      refund: { id: null, amount: back, currency: 'EUR', basis: 'total', asOf: event.received?.asOf },
      dispute: disputed && { id: ID, amount: disputed, withdrawn: true },
    })
  })
})
