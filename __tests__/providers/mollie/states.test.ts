/** What a payment that was read becomes, and what one becomes that changes. */
import { describe, expect, test } from '@jest/globals'
import { answer, chargeback, classicReceiver, eur, ID, paid, refund, returned } from './support.js'

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

describe('a payment that changes', () => {
  /** Each step is one callback; null stands for one that reads what was read before. */
  async function story(...steps: (Record<string, unknown> | null)[]) {
    const receiver = classicReceiver()
    let state: Record<string, unknown> = {}
    const kinds: string[] = []
    for (const step of steps) kinds.push((await receiver.callback((state = step ?? state))).kind)
    const told = receiver.events.map(({ type, received, refund: back, dispute }) => [
      type,
      received?.amount,
      back?.amount,
      dispute && (dispute.withdrawn ? dispute.amount : `${dispute.amount} given back`),
    ])
    expect(kinds).toEqual(steps.map((step) => (step === null ? 'duplicate' : 'unhandled')))
    return told
  }

  test('a refund runs the path of refunds, and never that of payments again', async () => {
    expect(
      await story(
        paid(),
        null,
        returned({ refunds: [refund('re_1', 'processing')] }, { amountRefunded: eur('15.00') }),
        null,
        returned({ refunds: [refund('re_1', 'refunded')] }, { amountRefunded: eur('15.00') }),
        null,
      ),
    ).toEqual([
      ['payment.confirmed', '49.9', '0', null],
      ['refund.pending', '49.9', '15', null],
      ['refund.confirmed', '49.9', '15', null],
    ])
  })

  test('a refund that fails makes the total smaller, also to what it was before', async () => {
    expect(
      await story(
        paid(),
        returned({ refunds: [refund('re_1', 'processing')] }, { amountRefunded: eur('15.00') }),
        returned({ refunds: [refund('re_1', 'failed')] }, { amountRefunded: eur('0.00') }),
        returned({ refunds: [refund('re_1', 'failed'), refund('re_2', 'refunded')] }, { amountRefunded: eur('49.90') }),
      ),
    ).toEqual([
      ['payment.confirmed', '49.9', '0', null],
      ['refund.pending', '49.9', '15', null],
      ['refund.failed', '49.9', '0', null],
      ['payment.refunded', '49.9', '49.9', null],
    ])
  })

  test('a refund that is canceled while another goes on makes the total smaller', async () => {
    const refunds = [refund('re_1', 'queued'), refund('re_2', 'processing')]
    expect(
      await story(
        returned({ refunds }, { amountRefunded: eur('25.00') }),
        // A canceled refund is gone from the list (docs: get-payment-refund).
        returned({ refunds: [refund('re_2', 'refunded')] }, { amountRefunded: eur('5.00') }),
      ),
    ).toEqual([
      ['refund.pending', '49.9', '25', null],
      ['refund.confirmed', '49.9', '5', null],
    ])
  })

  test('a chargeback takes the money, and gives it back when it is reversed, whatever becomes of the total', async () => {
    const totals = { amountChargedBack: eur('49.90') }
    const reversed = chargeback('chb_1', '49.90', { reversedAt: '2026-12-01T09:00:00+00:00' })
    expect(
      await story(
        paid(),
        returned({ chargebacks: [chargeback('chb_1', '49.90')] }, totals),
        returned({ chargebacks: [reversed] }, totals),
        returned(
          { chargebacks: [reversed, chargeback('chb_2', '10.00', { createdAt: '2026-12-02T09:00:00+00:00' })] },
          totals,
        ),
      ),
    ).toEqual([
      ['payment.confirmed', '49.9', '0', null],
      ['dispute.opened', '49.9', '0', '49.9'],
      ['dispute.won', '49.9', '0', '49.9 given back'],
      ['dispute.opened', '49.9', '0', '10'],
    ])
  })

  test('several changes between two readings are one event, named after the newest, with every total', async () => {
    const totals = { amountRefunded: eur('15.00'), amountChargedBack: eur('34.90') }
    const early = refund('re_1', 'refunded')
    const late = refund('re_1', 'refunded', '2026-11-28T09:00:00+00:00')
    const chargebacks = [chargeback('chb_1', '34.90')]
    expect(await story(returned({ refunds: [early], chargebacks }, totals))).toEqual([
      ['dispute.opened', '49.9', '15', '34.9'],
    ])
    expect(await story(returned({ refunds: [late], chargebacks }, totals))).toEqual([
      ['payment.refunded', '49.9', '15', '34.9'],
    ])
  })

  test('disputes are dated, so that the newer report counts', async () => {
    const receiver = classicReceiver()
    const opened = await receiver.becomes(returned({ chargebacks: [chargeback('chb_1', '49.90')] }))
    const won = await receiver.becomes(
      returned({ chargebacks: [chargeback('chb_1', '49.90', { reversedAt: '2026-12-01T10:00:00+01:00' })] }),
    )
    expect([opened.occurredAt, won.occurredAt]).toEqual(['2026-11-27T09:00:00.000Z', '2026-12-01T09:00:00.000Z'])
    const undated = await receiver.becomes(paid({ amountChargedBack: eur('1.00') }))
    expect(undated.occurredAt).toBe(undated.received?.asOf)
  })

  test('the order of the lists says nothing', async () => {
    const refunds = [refund('re_1', 'refunded'), refund('re_2', 'refunded')]
    const totals = { amountRefunded: eur('10.00') }
    const receiver = classicReceiver()
    await receiver.becomes(returned({ refunds }, totals))
    expect(await receiver.callback(returned({ refunds: refunds.toReversed() }, totals))).toMatchObject({
      kind: 'duplicate',
    })
  })
})
