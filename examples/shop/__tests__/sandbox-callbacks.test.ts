import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openSandbox, until } from './support/sandbox.js'

describe('callbacks of the sandbox, at the real webhooks', () => {
  let world: Awaited<ReturnType<typeof openSandbox>>
  beforeEach(async () => void (world = await openSandbox()))
  afterEach(() => world.close())

  test('Coins.ph: created, part-paid, paid', async () => {
    const { calls, control, receiver } = world
    const { id, payment_url } = await calls.invoice('ORDER-1')
    expect(payment_url).toBe(`${world.url}/coins-ph/payment/invoice/${id}`)
    await control.act('coins-ph', id, 'generate-reference')
    await control.act('coins-ph', id, 'pay', { amount: '500' })
    await control.act('coins-ph', id, 'pay')
    const { deliveries } = await control.quiet('coins-ph', id)
    expect(deliveries.map(({ state }) => state)).toEqual(Array(5).fill('delivered'))
    expect(receiver.events.map(({ type, orderId, received }) => [type, orderId, received?.amount])).toEqual([
      ['payment.pending', 'ORDER-1', '0'],
      ['payment.pending', 'ORDER-1', '0'],
      ['payment.partially_paid', 'ORDER-1', '500'],
      ['payment.detected', 'ORDER-1', '1500'],
      ['payment.confirmed', 'ORDER-1', '1500'],
    ])
  })

  test('Coins.ph: nothing is sent when an invoice is canceled or expires', async () => {
    const { calls, control, receiver } = world
    const canceled = await calls.invoice('ORDER-1')
    const expired = await calls.invoice('ORDER-2', { expires_at: new Date(Date.now() + 50).toISOString() })
    await control.act('coins-ph', canceled.id, 'cancel')
    await until(
      () => control.view('coins-ph', expired.id),
      ({ status }) => status === 'expired',
    )
    await control.quiet('coins-ph', expired.id)
    expect(receiver.types()).toEqual(['payment.pending', 'payment.pending'])
  })

  test('crypto gateway: detected, confirmed and failed, each with its own transaction', async () => {
    const { calls, control, receiver } = world
    const { id } = await calls.address('ORDER-1')
    await control.act('crypto-gateway', id, 'pay', { amount: '40' })
    await control.act('crypto-gateway', id, 'confirm')
    await control.act('crypto-gateway', id, 'pay')
    await control.act('crypto-gateway', id, 'fail')
    await control.quiet('crypto-gateway', id)
    expect(receiver.events.map(({ type, paymentId, received }) => [type, paymentId, received])).toEqual([
      ['transaction.detected', id, { amount: '40', currency: 'USDT', basis: 'transaction' }],
      ['transaction.confirmed', id, { amount: '40', currency: 'USDT', basis: 'transaction' }],
      ['transaction.detected', id, { amount: '60.5', currency: 'USDT', basis: 'transaction' }],
      ['transaction.failed', id, { amount: '60.5', currency: 'USDT', basis: 'transaction' }],
    ])
    const transactions = receiver.events.map(({ transaction }) => transaction)
    expect(transactions[0]).toMatchObject({ id: transactions[1]!.id, network: 'ethereum', confirmations: 0 })
    expect(transactions[1]).toMatchObject({ confirmations: 12 })
    expect(transactions[2]).toMatchObject({ id: transactions[3]!.id })
    expect(transactions[2]!.id).not.toBe(transactions[0]!.id)
  })

  test('CoinbarPay: pending, success, refund', async () => {
    const { calls, control, receiver } = world
    const { payment_id_coinbar: id } = await calls.paymentRequest('ORDER-1')
    await control.act('coinbar-pay', id, 'pay')
    await control.act('coinbar-pay', id, 'confirm')
    await control.act('coinbar-pay', id, 'refund')
    await control.quiet('coinbar-pay', id)
    expect(receiver.events.map(({ type, orderId, expected }) => [type, orderId, expected])).toEqual([
      ['payment.detected', 'ORDER-1', { amount: '49.9', currency: 'EUR' }],
      ['payment.confirmed', 'ORDER-1', { amount: '49.9', currency: 'EUR' }],
      ['payment.refunded', 'ORDER-1', { amount: '49.9', currency: 'EUR' }],
    ])
  })

  test('CoinbarPay: canceled, paid late all the same; a second attempt that fails; a third sent back', async () => {
    const { calls, control, receiver } = world
    const [first, second, third] = [
      await calls.paymentRequest('ORDER-1'),
      await calls.paymentRequest('ORDER-1'),
      await calls.paymentRequest('ORDER-1'),
    ].map(({ payment_id_coinbar: id }) => id as string)
    await control.act('coinbar-pay', first!, 'cancel')
    await control.act('coinbar-pay', first!, 'pay')
    await control.act('coinbar-pay', first!, 'confirm')
    await control.quiet('coinbar-pay', first!)
    await control.act('coinbar-pay', second!, 'fail')
    await control.quiet('coinbar-pay', second!)
    await control.act('coinbar-pay', third!, 'pay', { amount: '10' })
    await control.quiet('coinbar-pay', third!)
    expect(receiver.types()).toEqual([
      'payment.canceled',
      'payment.detected',
      'payment.confirmed',
      'payment.failed',
      'payment.refunded',
    ])
    expect(new Set(receiver.events.map(({ orderId }) => orderId))).toEqual(new Set(['ORDER-1']))
  })

  test('CityPay: every callback is confirmed by reading the order back, part payments in full', async () => {
    const { calls, control, receiver } = world
    const { id, payment_url } = await calls.cityPayOrder('ORDER-1', 'token-nobody-guesses')
    expect(payment_url).toBe(`${world.url}/city-pay/invoice?token=token-nobody-guesses`)
    for (const [action, fields] of [
      ['choose-coin', { coin: 'eth' }],
      ['pay', { amount: '20' }],
      ['pay', {}],
      ['confirm', {}],
    ] as const) {
      await control.act('city-pay', id, action, fields)
      await control.quiet('city-pay', id)
    }
    expect(receiver.events.map(({ type, received }) => [type, received?.amount ?? null])).toEqual([
      ['payment.pending', null],
      ['payment.partially_paid', '20'],
      ['payment.detected', '50'],
      ['payment.confirmed', '50'],
    ])
  })

  test('CityPay: overpaid, canceled, underpaid; silence when nobody paid', async () => {
    const { calls, control, receiver } = world
    const [over, canceled, under, unpaid] = await Promise.all(
      ['OVER', 'CANCELED', 'UNDER', 'UNPAID'].map(
        async (order) => (await calls.cityPayOrder(order, `token-${order}`)).id,
      ),
    )
    for (const id of [over, under]) {
      await control.act('city-pay', id, 'choose-coin', { coin: 'btc' })
      await control.quiet('city-pay', id)
    }
    receiver.events.length = 0
    await control.act('city-pay', over, 'pay', { amount: '60' })
    await control.quiet('city-pay', over)
    await control.act('city-pay', under, 'pay', { amount: '0.02' })
    await control.quiet('city-pay', under)
    await control.act('city-pay', under, 'expire')
    await control.quiet('city-pay', under)
    await control.act('city-pay', canceled, 'cancel')
    await control.quiet('city-pay', canceled)
    await control.act('city-pay', unpaid, 'expire')
    expect(receiver.events.map(({ type, orderId, received }) => [type, orderId, received?.amount ?? null])).toEqual([
      ['payment.detected', 'OVER', '60'],
      ['payment.partially_paid', 'UNDER', '0.02'],
      ['payment.partially_paid', 'UNDER', '0.02'],
      ['payment.canceled', 'CANCELED', null],
    ])
    expect((await control.view('city-pay', unpaid)).deliveries).toEqual([])
  })

  test('a payment nobody set a time for expires by itself, and CoinbarPay says so', async () => {
    await world.close()
    world = await openSandbox({ lifetimeMs: 50 })
    const { payment_id_coinbar: id } = await world.calls.paymentRequest('ORDER-1')
    await until(
      () => world.receiver.types(),
      (types) => types.length === 1,
    )
    expect(world.receiver.types()).toEqual(['payment.expired'])
    expect(await world.control.view('coinbar-pay', id)).toMatchObject({ status: 'FAILED', expiresAt: null })
  })

  test('a forged callback is refused, tried once, and says nothing to anybody', async () => {
    const { calls, control, receiver } = world
    const payments = [
      ['coins-ph', (await calls.invoice('ORDER-1')).id],
      ['crypto-gateway', (await calls.address('ORDER-2')).id],
      ['coinbar-pay', (await calls.paymentRequest('ORDER-3')).payment_id_coinbar],
      ['city-pay', (await calls.cityPayOrder('ORDER-4', 'token-the-payer-knows')).id],
    ]
    await control.quiet('coins-ph', payments[0]![1])
    receiver.events.length = 0
    const answered: unknown[] = []
    for (const [provider, id] of payments) {
      await control.trouble(provider, id, 'forged')
      const [forged] = (await control.quiet(provider, id)).deliveries
      answered.push([provider, forged!.forged, forged!.state, forged!.attempts.map(({ status }) => status)])
    }
    expect(answered).toEqual([
      ['coins-ph', true, 'given up', [401]],
      ['crypto-gateway', true, 'given up', [401]],
      ['coinbar-pay', true, 'given up', [401]],
      // The callback has no proof to forge, but the order's read-back contradicts it.
      ['city-pay', true, 'given up', [503]],
    ])
    expect(receiver.errors).toEqual(['AUTH_MISMATCH', 'AUTH_MISMATCH', 'AUTH_MISMATCH', 'READ_BACK_BEHIND'])
    expect(receiver.events).toEqual([])
  })
})
