/** Inputs that once shipped unpaid orders, marked paid orders as unpaid, or counted twice: each with a related input. */
import { describe, expect, test } from '@jest/globals'
import { cityPay, coinbarPay, coinsPh, cryptoGateway, type WebhookEvent } from 'express-payment-webhooks'
import { sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'
import {
  cancel,
  decide,
  markPaid,
  openOrder,
  reopen,
  reprice,
  settle,
  type OrderPayment,
  type SettlePolicy,
} from 'express-payment-webhooks/orders'
import { eventOf } from '../support/deliver.js'
import {
  capture,
  cardOrder,
  cityPayOrder,
  coinOrder,
  dispute,
  invoice,
  invoiceOrder,
  minute,
  payment,
  readBack,
  refund,
  transfer,
  verdict,
  coinbarOrder,
} from '../support/order-events.js'

const after = (order: OrderPayment, events: readonly WebhookEvent[], policy?: SettlePolicy) =>
  events.reduce((state, event) => settle(state, event, policy).order, order)

const eitherWay = (order: OrderPayment, events: readonly WebhookEvent[], policy?: SettlePolicy) => [
  after(order, events, policy),
  after(order, events.toReversed(), policy),
]

/** A read of the order that began at this minute; the money in it arrived earlier. */
const read = (status: Parameters<typeof readBack>[0], total: string, at: number) =>
  readBack(status, total, 10, {
    id: `city-pay:28761:${status}:${total}:${at}`,
    received: { amount: total, currency: 'USD', basis: 'total', asOf: minute(at) },
    receivedAt: minute(at),
  } as never)

describe('a confirmed amount beats every amount that was only seen', () => {
  test('100 seen, 60 confirmed, whatever comes first, and whatever is seen after it', () => {
    const events = [payment('detected', '100', 5), payment('confirmed', '60', 10)]
    for (const late of [[], [payment('detected', '100', 20)], [payment('partially_paid', '100', null)]]) {
      for (const order of eitherWay(cardOrder(), [...events, ...late])) {
        expect(order).toMatchObject({
          status: 'needs_review',
          received: '60',
          reasons: ['paid_short'],
          confirmedAt: null,
        })
      }
    }
  })

  test.each([
    [
      'PAID_UNCONFIRMED 50, CONFIRMED 30',
      read('PAID_UNCONFIRMED', '50', 20),
      read('CONFIRMED', '30', 30),
      'needs_review',
      '30',
    ],
    ['OVERPAID 60, CONFIRMED 50', read('OVERPAID', '60', 20), read('CONFIRMED', '50', 30), 'confirmed', '50'],
    [
      'PAID_UNCONFIRMED 50, UNDERPAID 30',
      read('PAID_UNCONFIRMED', '50', 20),
      read('UNDERPAID', '30', 30),
      'payment_insufficient',
      '30',
    ],
  ])('CityPay, price 50: %s', (_, seen, next, status, received) => {
    for (const order of eitherWay(cityPayOrder(), [seen, next])) {
      expect(order).toMatchObject({ status, received, excess: '0' })
    }
  })

  test('CityPay itself dates what it answers with when the read began', async () => {
    const answers = [sampleCityPayOrder('PAID_UNCONFIRMED'), sampleCityPayOrder('UNDERPAID')]
    const provider = cityPay({ orderToken: () => '730914458201', readBack: async () => answers.shift() })
    let order = cityPayOrder({ payments: [{ provider: 'city-pay', paymentId: '30412' }], expiresAt: null })
    for (const status of ['PAID_UNCONFIRMED', 'UNDERPAID'] as const) {
      const event = await eventOf(provider, JSON.stringify(sample('city-pay', status)))
      expect(event.received?.asOf).toEqual(expect.any(String))
      order = settle(order, { ...event, orderId: 'ORDER-1001' }).order
      // Two reads within one millisecond would have the same date.
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect(order).toMatchObject({ status: 'payment_insufficient', received: '30', shortfall: '20' })
  })

  test('Coins.ph: updated 1500, fully paid 1000', async () => {
    const token = 'cph_2b71d5e0c94f83a6'
    const data = { id: 'invoice-1', amount: '1500', external_transaction_id: 'ORDER-1001' }
    const told = async (name: 'invoice.updated' | 'invoice.fully_paid', amount_received: string) =>
      eventOf(
        coinsPh({ token }),
        JSON.stringify({ event: { name, data: { ...data, currency: 'PHP', amount_received } } }),
      )
    const events = [await told('invoice.updated', '1500'), await told('invoice.fully_paid', '1000')]
    for (const order of eitherWay(invoiceOrder({ expiresAt: null }), events)) {
      expect(order).toMatchObject({ status: 'needs_review', received: '1000', reasons: ['paid_short'] })
    }
  })
})

describe('one payment told as transfers and as a total counts once', () => {
  test('60 as a transfer and 60 in total, of 100', () => {
    for (const order of eitherWay(cardOrder(), [capture('confirmed', 'tx_1', '60'), payment('confirmed', '60')])) {
      expect(order).toMatchObject({ status: 'needs_review', received: '60', reasons: ['paid_short'] })
    }
  })

  test('BTCPay: 60 and 40, then 100 settled, whichever of them is late or lost', () => {
    const [a, b, settled] = [
      capture('confirmed', 'tx_1-0', '60'),
      capture('confirmed', 'tx_2-1', '40'),
      payment('confirmed', '100', 25),
    ] as const
    for (const events of [[a, b, settled], [settled, b, a], [a, settled], [settled]]) {
      expect(after(cardOrder(), events)).toMatchObject({
        status: 'confirmed',
        received: '100',
        excess: '0',
        reasons: [],
      })
    }
  })
})

describe('what becomes of a payment is said of its transfers too', () => {
  const order = cardOrder({ expected: { amount: '11', currency: 'EUR' } })
  const paid = capture('confirmed', 'tx_1', '11', 20)

  test.each([
    ['refunded', { status: 'refunded', received: '0', refunded: '11' }],
    ['failed', { status: 'needs_review', received: '11', reasons: ['failed_after_confirmed'] }],
    ['canceled', { status: 'needs_review', received: '11', reasons: ['failed_after_confirmed'] }],
  ] as const)('a transfer of 11, and then the payment is %s', (end, outcome) => {
    for (const state of eitherWay(order, [paid, payment(end, null, 30)])) expect(state).toMatchObject(outcome)
  })

  test('a failure without a date leaves it paid, with a note', () => {
    for (const state of eitherWay(order, [paid, payment('failed', null, null)])) {
      expect(state).toMatchObject({ status: 'confirmed', reasons: ['failed_after_confirmed'] })
    }
  })

  test('a payment that ran out before its money came is no contradiction', () => {
    for (const state of eitherWay(order, [paid, payment('expired', null, 15)])) {
      expect(state).toMatchObject({ status: 'confirmed', reasons: [] })
    }
  })

  test('the gateway, whose transfers are all there is', () => {
    const whole: WebhookEvent = {
      ...transfer('failed', 'tx1', '100'),
      type: 'payment.refunded',
      transaction: null,
      received: null,
    }
    for (const state of eitherWay(coinOrder(), [
      transfer('confirmed', 'tx1', '100'),
      { ...whole, occurredAt: minute(40) },
    ])) {
      expect(state).toMatchObject({ status: 'refunded', received: '0' })
    }
  })
})

describe('a refund takes away what it takes away', () => {
  test.each([
    { paid: '100', back: '20', status: 'partially_refunded', received: '80', excess: '0' },
    { paid: '120', back: '20', status: 'confirmed', received: '100', excess: '0' },
    { paid: '100', back: '100', status: 'refunded', received: '0', excess: '0' },
    { paid: '120', back: '30', status: 'partially_refunded', received: '90', excess: '0' },
  ])('$paid paid, $back sent back: $status', ({ paid, back, ...outcome }) => {
    for (const one of [refund('confirmed', 're_1', back), refund('confirmed', null, back)]) {
      for (const order of eitherWay(cardOrder(), [payment('confirmed', paid), one])) {
        expect(order).toMatchObject({ ...outcome, refunded: back, reasons: [] })
      }
    }
  })

  test.each(['Refund rejected', 'Partial refund'])(
    'CoinbarPay: %s after a success is for a person',
    async (status_descr) => {
      const provider = coinbarPay({
        clientId: sample('coinbar-pay', 'SUCCESS').service_client_id,
        secretKey: 'csk_5d80e2a97f3b4c16',
      })
      const told = async (fields: object) =>
        eventOf(provider, JSON.stringify({ ...sample('coinbar-pay', 'SUCCESS'), ...fields }))
      const events = [await told({}), await told({ status: 'FAILED', status_descr, update_time: 1741255684123 })]
      const order = openOrder({
        orderId: events[0]!.orderId!,
        expected: events[0]!.expected!,
        payments: [{ provider: 'coinbar-pay', paymentId: null }],
      })
      for (const state of eitherWay(order, events)) {
        expect(state).toMatchObject({ status: 'needs_review', refunded: '0', reasons: ['failed_after_confirmed'] })
      }
    },
  )
})

describe('money that a bank takes back', () => {
  const paid = payment('confirmed', '100', 10)

  test.each([
    ['a chargeback', [dispute('opened', 'dp_1', '100', 40)], 'disputed', '0', []],
    ['a part of it', [dispute('opened', 'dp_1', '40', 40)], 'disputed', '60', []],
    ['won', [dispute('opened', 'dp_1', '100', 40), dispute('won', 'dp_1', '100', 50)], 'confirmed', '100', []],
    [
      'lost',
      [dispute('opened', 'dp_1', '100', 40), dispute('lost', 'dp_1', '100', 50)],
      'refunded',
      '0',
      ['dispute_lost'],
    ],
    ['lost in part', [dispute('lost', 'dp_1', '40', 50)], 'partially_refunded', '60', ['dispute_lost']],
    ['an inquiry', [dispute('inquiry', 'dp_1', '100', 40)], 'confirmed', '100', []],
    [
      'opened, with the money still here',
      [dispute('opened', 'dp_1', '100', 40, { withdrawn: false })],
      'confirmed',
      '100',
      [],
    ],
    [
      'a refund that bounced',
      [refund('confirmed', 're_1', '100', 30), refund('failed', 're_1', '100', 60)],
      'confirmed',
      '100',
      ['refund_failed'],
    ],
  ])('%s', (_, events, status, received, reasons) => {
    for (const order of eitherWay(cardOrder(), [paid, ...events]))
      expect(order).toMatchObject({ status, received, reasons })
  })

  test.each(['refunded', 'disputed', 'confirmed'] as const)('a person can correct an order that is %s', (status) => {
    const told = {
      refunded: [refund('confirmed', 're_1', '100')],
      disputed: [dispute('opened', 'dp_1', '100')],
      confirmed: [],
    }
    const order = after(cardOrder(), [paid, ...told[status]])
    expect(order).toMatchObject({ status })
    expect(decide(order, 'accepted', { by: 'maria' }).order).toMatchObject({ status: 'confirmed' })
    expect(decide(order, 'rejected', { by: 'maria' }).order).toMatchObject({ status: 'canceled' })
  })
})

describe('authorised is not received', () => {
  test.each(['canceled', 'expired', 'failed'] as const)('100 authorised and %s: nothing came in', (end) => {
    for (const order of eitherWay(cardOrder(), [payment('authorized', '100', 5), payment(end, null, 15)])) {
      const status = { canceled: 'canceled', expired: 'expired', failed: 'payment_failed' }[end]
      expect(order).toMatchObject({ status, received: '0', authorized: '0', reasons: [] })
    }
  })

  test('100 authorised waits for its capture', () => {
    const order = after(cardOrder(), [payment('authorized', '100', 5)])
    expect(order).toMatchObject({ status: 'payment_authorized', received: '0', authorized: '100', confirmedAt: null })
    expect(after(order, [capture('confirmed', 'cap_1', '100', 25)])).toMatchObject({
      status: 'confirmed',
      authorized: '0',
    })
  })

  test('a provider that names the price alone reserves all of it', () => {
    const event = payment('authorized', null, 5, { expected: { amount: '100', currency: 'EUR' } })
    expect(after(cardOrder(), [event])).toMatchObject({ status: 'payment_authorized', authorized: '100' })
  })
})

describe('what the shop itself decides', () => {
  const by = { by: 'maria', at: minute(30) }

  test('staff cancel, then a genuine payment: review, and nothing ships by itself', () => {
    const { order } = cancel(coinOrder(), by)
    expect(order).toMatchObject({ status: 'canceled' })
    const { order: paid, update } = settle(order, transfer('confirmed', 'tx1', '100'))
    expect(paid).toMatchObject({ status: 'needs_review', reasons: ['money_after_cancel'], confirmedAt: null })
    expect(update.firstConfirmed).toBe(false)
    expect(reopen(paid, by)).toMatchObject({ order: { status: 'confirmed' }, update: { firstConfirmed: true } })
  })

  test('paid by other means, a price that changed', () => {
    expect(markPaid(invoiceOrder(), by)).toMatchObject({
      order: { status: 'confirmed', received: '1500' },
      update: { firstConfirmed: true },
    })
    const part = after(cardOrder(), [payment('confirmed', '60')])
    expect(part).toMatchObject({ status: 'needs_review' })
    expect(reprice(part, { amount: '60', ...by })).toMatchObject({
      order: { status: 'confirmed' },
      update: { firstConfirmed: true },
    })
  })
})

describe('ids that are equal but for their case', () => {
  const CHECKSUMMED = '0x52908400098527886E0F7030069857D2E4169EE7'
  const lower = CHECKSUMMED.toLowerCase()
  const hash = `0x${'aB'.repeat(32)}`
  const order = coinOrder({ payments: [{ provider: 'crypto-gateway', paymentId: CHECKSUMMED }] })

  test('an EVM address that was opened with its checksum, and is told in lower case', () => {
    const events = [
      transfer('confirmed', hash, '100', { hash, paymentId: lower }),
      transfer('confirmed', hash.toLowerCase(), '100', { hash: hash.toLowerCase(), paymentId: CHECKSUMMED }),
      transfer('confirmed', hash.toUpperCase().replace('0X', '0x'), '100', { hash, paymentId: lower }),
    ]
    for (const state of eitherWay(order, events)) {
      expect(state).toMatchObject({ status: 'confirmed', received: '100', excess: '0', reasons: [] })
    }
  })

  test('both spellings of a transfer of half the price, stored as two addresses', () => {
    const both = coinOrder({
      payments: [CHECKSUMMED, lower].map((paymentId) => ({ provider: 'crypto-gateway', paymentId })),
    })
    const events = [CHECKSUMMED, lower].map((paymentId) => transfer('confirmed', hash, '50', { hash, paymentId }))
    for (const state of eitherWay(both, events)) expect(state).toMatchObject({ received: '50' })
  })

  test.each(['bc1qABC', 'TXYZabc', '0xabc', 'invoice-A'])('of %s, which is no EVM address, the case counts', (id) => {
    const other = coinOrder({ payments: [{ provider: 'crypto-gateway', paymentId: id }] })
    const event = transfer('confirmed', 'tx1', '100', {
      paymentId: id.toUpperCase() === id ? id.toLowerCase() : id.toUpperCase(),
    })
    expect(after(other, [event])).toMatchObject({ status: 'needs_review', reasons: ['payment_unknown'] })
  })
})

describe('money was never seen later than it was told of', () => {
  test.each([
    ['a local time without a zone, eight hours ahead', minute(50 + 8 * 60)],
    ['a clock that is a day ahead', minute(50 + 24 * 60)],
  ])('%s', (_, occurredAt) => {
    const event = transfer('confirmed', 'tx1', '100', { occurredAt, receivedAt: minute(50) })
    expect(after(coinOrder(), [event])).toMatchObject({ status: 'confirmed', reasons: [] })
    const total = invoice('confirmed', '1500', { occurredAt, receivedAt: minute(50) })
    expect(after(invoiceOrder(), [total])).toMatchObject({ status: 'confirmed', reasons: [] })
  })

  test('the gateway’s created_at is in time, and its confirmed_at is not', async () => {
    const provider = cryptoGateway({ secret: 'whsec_3f7a91c05be2d846' })
    const data = {
      ...{ id: 'tx1', address_id: 'addr_1', hash: '0xtx1', amount: '100', coin: 'usdt', network: 'ethereum' },
      ...{ confirmations: 12, created_at: minute(55), confirmed_at: minute(70) },
    }
    const event = await eventOf(provider, JSON.stringify({ event: 'transaction.confirmed', data }))
    expect(after(coinOrder(), [event])).toMatchObject({ status: 'confirmed', reasons: [] })
    const late = { ...data, created_at: minute(65) }
    const event2 = await eventOf(provider, JSON.stringify({ event: 'transaction.confirmed', data: late }))
    expect(after(coinOrder(), [event2])).toMatchObject({ status: 'needs_review', reasons: ['paid_late'] })
  })
})

describe('names of chains and coins', () => {
  test.each([
    ['TRC20', 'USDT', 'tron', 'USDT'],
    ['tron', 'USDT', 'TRX', 'USDT'],
    ['ERC20', 'USDT', 'ethereum', 'USDT'],
    ['bsc', 'USDT', 'BEP-20', 'USDT'],
    ['polygon', 'USDC', 'MATIC', 'USDC'],
    ['tron', 'USDT', null, 'USDTTRC20'],
    ['tron', 'USDT', 'tron', 'usdt_trc20'],
    [null, 'USDTTRC20', 'tron', 'USDT'],
    [null, 'BTC', null, 'XBT'],
    [null, 'XBT', 'bitcoin', 'BTC'],
  ])('opened on %p in %s, told of %p in %s', (network, currency, told, coin) => {
    const order = coinOrder({ network, expected: { amount: '100', currency } })
    const event = transfer('confirmed', 'tx1', '100', { network: told, currency: coin })
    expect(after(order, [event])).toMatchObject({ status: 'confirmed', reasons: [] })
  })

  test.each([
    ['tron', 'USDT', 'ethereum', 'USDT', 'network_mismatch'],
    ['tron', 'USDT', null, 'USDTERC20', 'network_mismatch'],
    ['tron', 'USDT', 'tron', 'USDTERC20', 'network_mismatch'],
    [null, 'USDTTRC20', null, 'USDT', 'network_mismatch'],
    [null, 'USDC', null, 'USDC.E', 'currency_mismatch'],
    [null, 'ETH', null, 'ETHEREUM', 'currency_mismatch'],
    ['polygon', 'USDT', 'polygon-amoy', 'USDT', 'network_mismatch'],
  ])('opened on %p in %s, told of %p in %s: %s', (network, currency, told, coin, reason) => {
    const order = coinOrder({ network, expected: { amount: '100', currency } })
    const event = transfer('confirmed', 'tx1', '100', { network: told, currency: coin })
    expect(after(order, [event])).toMatchObject({ status: 'needs_review', received: '0', reasons: [reason] })
  })

  test('the shop adds names of its own', () => {
    const aliases = {
      networks: { 'polygon-amoy': 'polygon' },
      coins: { ETHARB: { currency: 'ETH', network: 'arb' }, BTCB: 'btc' },
    }
    const told = (network: string | null, currency: string) =>
      transfer('confirmed', 'tx1', '100', { network, currency })
    const on = (network: string | null, currency: string) =>
      coinOrder({ network, expected: { amount: '100', currency } })
    expect(after(on('matic', 'USDT'), [told('Polygon-Amoy', 'USDT')], { aliases })).toMatchObject({
      status: 'confirmed',
    })
    expect(after(on('arbitrum', 'ETH'), [told(null, 'ethArb')], { aliases })).toMatchObject({ status: 'confirmed' })
    expect(after(on(null, 'BTC'), [told(null, 'BTCB')], { aliases })).toMatchObject({ status: 'confirmed' })
    expect(after(on(null, 'BTC'), [told(null, 'BTCB')])).toMatchObject({ reasons: ['currency_mismatch'] })
  })
})

describe('a price that is too long says what is too long', () => {
  test.each(['100000000000000000000', '0.1234567890123456789'])('%s', (amount) => {
    expect(() => openOrder({ orderId: '1', expected: { amount, currency: 'ETH' } })).toThrow(
      /at most 20 digits before the point and 18 after it; .*fromMinorUnits/,
    )
  })
})

test('a success beside another attempt that was authorised and given up', () => {
  const events = [verdict('pending', 'a', 5), verdict('canceled', 'a', 8), verdict('confirmed', 'b', 10)]
  for (const order of eitherWay(coinbarOrder(), events))
    expect(order).toMatchObject({ status: 'confirmed', reasons: [] })
})
