/** Each event without the API: its type and its identity. */
import { describe, expect, test } from '@jest/globals'
import { answerTo } from 'express-payment-webhooks'
import { btcPayServer, type BtcPayServerOptions } from 'express-payment-webhooks/providers/btcpay-server'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { event, fixture, INVOICE, payment, SECRET } from './support.js'

const alone = (rest: Partial<BtcPayServerOptions> = {}) => btcPayServer({ secret: SECRET, ...rest })
const become = (payload: object, provider = alone()) => eventOf(provider, JSON.stringify(payload))

describe('an event', () => {
  test.each([
    ['InvoiceCreated', {}, 'payment.pending'],
    ['InvoiceReceivedPayment', {}, 'transaction.detected'],
    ['InvoicePaymentSettled', {}, 'transaction.confirmed'],
    ['InvoiceProcessing', {}, 'payment.detected'],
    ['InvoiceSettled', {}, 'payment.confirmed'],
    ['InvoiceExpired', { partiallyPaid: false }, 'payment.expired'],
    ['InvoiceExpiredPaidPartial', {}, 'payment.partially_paid'],
    ['InvoicePaidAfterExpiration', {}, 'payment.detected'],
    ['InvoiceInvalid', { manuallyMarked: false }, 'payment.failed'],
    ['InvoiceInvalid', { manuallyMarked: true }, 'payment.canceled'],
    ['InvoiceRefund', { pullPaymentId: 'x' }, 'btcpay-server.InvoiceRefund'],
  ])('%s %j, which says nothing of its price', async (type, rest, becomes) => {
    expect(await become(event(type, rest))).toMatchObject({
      type: becomes,
      orderId: 'ORDER-1001',
      paymentId: INVOICE,
      expected: null,
      received: null,
      refund: null,
    })
  })

  test.each(['PaymentRequestStatusChanged', 'PayoutCreated', 'SubscriberCreated', 'InvoiceSomeday', 'toString'])(
    '%s is known by its first delivery, and is no money',
    async (type) => {
      const { deliver, events } = receiverOf(alone())
      const { invoiceId: _invoiceId, ...payload } = event(type)
      await deliver(JSON.stringify(payload))
      expect(await deliver(JSON.stringify({ ...payload, deliveryId: 'D-again', isRedelivery: true }))).toMatchObject({
        kind: 'duplicate',
      })
      expect(events).toMatchObject([{ type: `btcpay-server.${type}`, received: null }])
    },
  )

  test.each([
    [{ orderId: 'A-1' }, 'A-1'],
    [{ orderId: 1001 }, '1001'],
    [{}, null],
    [null, null],
    [[], null],
    ['A-1', null],
    [undefined, null],
  ])('with metadata %j is for order %j', async (metadata, orderId) => {
    expect(await become(event('InvoiceSettled', { metadata }))).toMatchObject({ orderId })
  })

  test('may name the order under another key', async () => {
    const payload = event('InvoiceSettled', { metadata: { orderId: 'A-1', cart: 'C-7' } })
    expect(await become(payload, alone({ orderKey: 'cart' }))).toMatchObject({ orderId: 'C-7' })
  })

  test.each([
    ['without its invoice', { invoiceId: undefined }],
    ['without a delivery', { deliveryId: undefined, originalDeliveryId: undefined }],
  ])('%s is kept for the operator', async (_what, rest) => {
    expect(await refusalOf(alone(), JSON.stringify(event('InvoiceSettled', rest)))).toBe('PAYLOAD_INVALID')
  })

  test.each([
    ['without its payment', undefined],
    ['with a payment of no value', payment({ value: 'much' })],
  ])('about a payment %s is kept for the operator', async (_what, payment) => {
    expect(await refusalOf(alone(), JSON.stringify(event('InvoicePaymentSettled', { payment })))).toBe(
      'PAYLOAD_INVALID',
    )
  })

  test.each([
    [event('InvoiceSettled', { invoiceId: '__test__8f2b__test__' })],
    [event('InvoiceReceivedPayment', { originalDeliveryId: '__test__8f2b__test__', payment: undefined })],
  ])('that tests the address is acknowledged, and is none', async (payload) => {
    expect(await receiverOf(alone()).deliver(JSON.stringify(payload))).toMatchObject({ kind: 'ignored' })
  })
})

describe('a payment of an invoice', () => {
  const chain = '8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516'

  test('says what came in the coin, and when it was seen', async () => {
    expect(await become(event('InvoicePaymentSettled'))).toMatchObject({
      transaction: { id: `${chain}-1`, hash: chain, network: 'bitcoin', seenAt: '2026-11-27T07:58:30.000Z' },
      original: { amount: '0.00142', currency: 'BTC' },
      received: null,
    })
  })

  test.each([
    ['BTC-CHAIN', 'BTC', 'bitcoin'],
    ['BTC-LN', 'BTC', 'lightning'],
    ['BTC-LNURL', 'BTC', 'lightning'],
    ['LTC-CHAIN', 'LTC', 'LTC-CHAIN'],
    ['BTC', 'BTC', 'bitcoin'],
    ['BTC-LightningNetwork', 'BTC', 'lightning'],
    ['BTC_LightningLike', 'BTC', 'lightning'],
    ['BTC-LNURLPAY', 'BTC', 'lightning'],
  ])('by %s is %s by %s, also in the field of older servers', async (method, currency, network) => {
    const named = event('InvoicePaymentSettled', { paymentMethodId: method })
    const older = event('InvoicePaymentSettled', { paymentMethodId: undefined, paymentMethod: method })
    for (const payload of [named, older]) {
      expect(await become(payload)).toMatchObject({ original: { currency }, transaction: { network } })
    }
  })

  test('may not say by which coin', async () => {
    expect(await become(event('InvoicePaymentSettled', { paymentMethodId: undefined }))).toMatchObject({
      original: null,
      transaction: { network: null },
    })
  })

  test('by Lightning has a payment hash, which is none of a chain', async () => {
    const { transaction } = await become(fixture('invoice_received_payment_lightning'))
    expect(transaction).toMatchObject({ hash: null, network: 'lightning' })
  })

  test('by Lightning is settled before it is seen, and stays one transfer with two verdicts', async () => {
    const { deliver, events } = receiverOf(alone())
    const seen = fixture('invoice_received_payment_lightning')
    await deliver(JSON.stringify({ ...seen, type: 'InvoicePaymentSettled', originalDeliveryId: 'D-0' }))
    await deliver(JSON.stringify(seen))
    expect(events.map(({ type, transaction }) => [type, transaction?.id])).toEqual([
      ['transaction.confirmed', (seen['payment'] as { id: string }).id],
      ['transaction.detected', (seen['payment'] as { id: string }).id],
    ])
  })
})

describe('who an event is', () => {
  const twice = async (first: object, second: object, rest: Partial<BtcPayServerOptions> = {}) => {
    const { deliver } = receiverOf(alone(rest))
    await deliver(JSON.stringify(first))
    return (await deliver(JSON.stringify(second))).kind
  }

  const other = { deliveryId: 'D-2', originalDeliveryId: 'D-2', webhookId: 'W-2' }

  test('it is known by its first delivery, whatever the spelling', async () => {
    const { originalDeliveryId, ...older } = event('InvoiceSettled')
    expect(
      await twice(event('InvoiceSettled'), { ...older, deliveryId: 'D-2', orignalDeliveryId: originalDeliveryId }),
    ).toBe('duplicate')
    expect(await twice(event('InvoiceSettled'), older)).toBe('duplicate')
  })

  test('by two registrations it comes twice, unless they are merged', async () => {
    const both = [event('InvoiceSettled'), event('InvoiceSettled', other)] as const
    expect(await twice(...both)).toBe('unhandled')
    expect(await twice(...both, { mergeRegistrations: true })).toBe('duplicate')
  })

  test('an invoice that is processing again, after a transaction was replaced, is news', async () => {
    const again = event('InvoiceProcessing', { ...other, timestamp: 1795766999 })
    for (const mergeRegistrations of [false, true]) {
      expect(await twice(event('InvoiceProcessing'), again, { mergeRegistrations })).toBe('unhandled')
    }
  })

  test('without a readable time nothing is merged', async () => {
    const [one, two] = [
      event('InvoiceSettled', { timestamp: null }),
      event('InvoiceSettled', { ...other, timestamp: null }),
    ]
    expect(await twice(one, two, { mergeRegistrations: true })).toBe('unhandled')
  })

  test('a payment that is settled again and again is settled once', async () => {
    expect(await twice(event('InvoicePaymentSettled'), event('InvoicePaymentSettled', other))).toBe('duplicate')
    const second = event('InvoicePaymentSettled', { ...other, payment: payment({ id: 'another-0' }) })
    expect(await twice(event('InvoicePaymentSettled'), second)).toBe('unhandled')
  })
})

describe('answers', () => {
  const provider = alone()

  test('a delivery that is not authentic may come again: 401 would be final', async () => {
    const outcome = await receiverOf(provider).deliver(JSON.stringify(event('InvoiceSettled')), {})
    expect(answerTo(outcome, provider)).toMatchObject({ status: 429 })
    expect(answerTo(outcome, provider).headers).not.toHaveProperty('www-authenticate')
  })

  test('one delivery holds up all others, so an order that is not known is kept', () => {
    expect(provider).toMatchObject({ unknownOrder: 'keep', blocksQueue: true, patienceMs: null })
  })
})
