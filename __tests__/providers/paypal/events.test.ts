/** Each event: determined by the data that was read, never by the name in the delivery. */
import { describe, expect, test } from '@jest/globals'
import { paypal, type PayPalReadBack } from 'express-payment-webhooks/providers/paypal'
import { payPalTestKeys } from 'express-payment-webhooks/testing'
import { receiverOf } from '../../support/deliver.js'
import { answersTo, become, capture, CAPTURE, event, EVENTS, fixture, payPal, refund, WEBHOOK_ID } from './support.js'

const authorized = {
  supplementary_data: { related_ids: { order_id: '5O190127TN364715T', authorization_id: '4AU11111TH222222C' } },
}

describe('a capture', () => {
  test.each([
    ['COMPLETED', 'payment.confirmed', 'COMPLETED'],
    ['PARTIALLY_REFUNDED', 'payment.confirmed', 'COMPLETED'],
    ['REFUNDED', 'payment.refunded', 'REFUNDED'],
    ['DECLINED', 'payment.failed', 'DECLINED'],
    ['FAILED', 'payment.failed', 'FAILED'],
  ])('that reads %s is %s', async (status, type, known) => {
    for (const name of ['PAYMENT.CAPTURE.COMPLETED', 'PAYMENT.CAPTURE.PENDING', 'PAYMENT.CAPTURE.DENIED']) {
      const found = await become(event(name, capture({ status })))
      expect(found.event).toMatchObject({
        type,
        id: `paypal:capture:${CAPTURE}:${known}`,
        orderId: 'ORDER-1001',
        paymentId: CAPTURE,
      })
    }
  })

  test.each([
    ['COMPLETED', 'transaction.confirmed', 'COMPLETED'],
    ['PARTIALLY_REFUNDED', 'transaction.confirmed', 'COMPLETED'],
    ['REFUNDED', 'transaction.confirmed', 'COMPLETED'],
    ['DECLINED', 'transaction.failed', 'DECLINED'],
    ['FAILED', 'transaction.failed', 'FAILED'],
  ])('of an authorization that reads %s is %s: others may follow', async (status, type, known) => {
    const found = await become(event('PAYMENT.CAPTURE.COMPLETED', capture({ status, ...authorized })))
    expect(found.event).toMatchObject({
      type,
      id: `paypal:capture:${CAPTURE}:${known}`,
      paymentId: '4AU11111TH222222C',
      paymentIds: ['4AU11111TH222222C', CAPTURE],
      received: { amount: '49.9', currency: 'EUR', basis: 'transaction' },
      transaction: { id: CAPTURE },
    })
  })

  test('may name its authorization by a link alone, or say of itself that it is not the last', async () => {
    const href = 'https://api.paypal.com/v2/payments/authorizations/4AU11111TH222222C'
    const linked = await become(event('PAYMENT.CAPTURE.COMPLETED', capture({ links: [{ rel: 'up', href }] })))
    expect(linked.event).toMatchObject({ type: 'transaction.confirmed', paymentId: '4AU11111TH222222C' })
    const first = await become(event('PAYMENT.CAPTURE.COMPLETED', capture({ final_capture: false })))
    expect(first.event).toMatchObject({ type: 'transaction.confirmed', paymentId: CAPTURE })
  })

  test.each([
    ['PAYMENT.CAPTURE.PENDING', {}, 'payment.detected'],
    ['PAYMENT.CAPTURE.PENDING', authorized, 'transaction.detected'],
  ])('that is pending by %s %j is %s, with the reason', async (name, rest, type) => {
    const found = await become(
      event(name, capture({ status: 'PENDING', status_details: { reason: 'ECHECK' }, ...rest })),
    )
    expect(found.event).toMatchObject({ type, reason: 'ECHECK', received: { amount: '49.9' } })
  })

  test.each(['PAYMENT.CAPTURE.COMPLETED', 'PAYMENT.CAPTURE.DENIED', 'PAYMENT.CAPTURE.DECLINED'])(
    'that still reads PENDING after %s is asked for again',
    async (name) => {
      const { outcome } = await become(event(name, capture({ status: 'PENDING' })))
      expect(outcome).toMatchObject({ kind: 'retry_later', error: { code: 'READ_BACK_BEHIND' } })
    },
  )

  test('of a status that nobody knows is for onUnhandled alone', async () => {
    const { event: found } = await become(event('PAYMENT.CAPTURE.COMPLETED', capture({ status: 'HELD' })))
    expect(found).toMatchObject({ type: 'paypal.PAYMENT.CAPTURE.COMPLETED.HELD', received: null, orderId: null })
  })

  test('that was refunded has all of it in both totals', async () => {
    const { event: found } = await become(event('PAYMENT.CAPTURE.COMPLETED', capture({ status: 'REFUNDED' })))
    expect(found).toMatchObject({
      received: { amount: '49.9', basis: 'total' },
      refund: { amount: '49.9', basis: 'total', id: null },
    })
  })

  test('says nothing by its delivery, which may name any amount, order and status', async () => {
    const claimed = capture({ amount: { currency_code: 'EUR', value: '9999.00' }, custom_id: 'ORDER-9999' })
    const { event: found } = await become(event('PAYMENT.CAPTURE.COMPLETED', claimed), answersTo(event('x', capture())))
    expect(found).toMatchObject({ orderId: 'ORDER-1001', received: { amount: '49.9' }, native: { id: CAPTURE } })
  })

  test.each([
    ['custom_id', 'ORDER-1001'],
    ['invoice_id', 'INV-2026-1001'],
  ])('names its order by %s', async (orderFrom, orderId) => {
    const native = event('PAYMENT.CAPTURE.COMPLETED', capture())
    expect((await become(native, undefined, { orderFrom })).event).toMatchObject({ orderId })
  })

  test.each([
    ['49.90', 'EUR', '49.9'],
    ['5000', 'JPY', '5000'],
    ['0.01', 'USD', '0.01'],
    ['12345678901234567.89', 'EUR', '12345678901234567.89'],
  ])('of %s %s is exactly that', async (value, currency_code, amount) => {
    const { event: found } = await become(
      event('PAYMENT.CAPTURE.COMPLETED', capture({ amount: { value, currency_code } })),
    )
    expect(found!.received).toMatchObject({ amount, currency: currency_code })
  })
})

describe('a refund', () => {
  test.each([
    ['COMPLETED', 'refund.confirmed'],
    ['PENDING', 'refund.pending'],
    ['FAILED', 'refund.failed'],
    ['CANCELLED', 'refund.failed'],
  ])('that reads %s is %s, by its own id, of the capture that its link names', async (status, type) => {
    for (const name of ['PAYMENT.CAPTURE.REFUNDED', 'PAYMENT.REFUND.PENDING', 'PAYMENT.REFUND.FAILED']) {
      const { event: found } = await become(event(name, refund({ status })))
      expect(found).toMatchObject({
        type,
        id: `paypal:refund:1JU08902781691411:${status}`,
        paymentId: CAPTURE,
        refund: { amount: '15', currency: 'EUR', id: '1JU08902781691411', basis: 'refund' },
      })
    }
  })

  test.each([
    [[]],
    [null],
    [[{ rel: 'up', href: 7 }]],
    [[{ rel: 'up', href: 'https://api.paypal.com/v2/payments/others/1' }]],
  ])('whose links are %j finds its order by its name alone', async (links) => {
    const { event: found } = await become(event('PAYMENT.CAPTURE.REFUNDED', refund({ links })))
    expect(found).toMatchObject({ paymentId: null, orderId: 'ORDER-1001' })
  })
})

describe('everything else is read as the event it is', () => {
  const about = (name: string, resource: object) => become(event(name, resource))

  test('a reservation, and its end', async () => {
    const resource = { ...capture(), id: '4AU11111TH222222C', status: 'CREATED' }
    expect((await about('PAYMENT.AUTHORIZATION.CREATED', resource)).event).toMatchObject({
      type: 'payment.authorized',
      paymentId: '4AU11111TH222222C',
      received: { amount: '49.9', basis: 'total' },
    })
    expect((await about('PAYMENT.AUTHORIZATION.VOIDED', { ...resource, status: 'VOIDED' })).event).toMatchObject({
      type: 'payment.canceled',
      received: null,
    })
  })

  test('an approval that was given up', async () => {
    const resource = { order_id: '5O190127TN364715T', purchase_units: [{ custom_id: 'ORDER-1001' }] }
    expect((await about('CHECKOUT.PAYMENT-APPROVAL.REVERSED', resource)).event).toMatchObject({
      type: 'payment.canceled',
      paymentId: '5O190127TN364715T',
      orderId: 'ORDER-1001',
    })
  })

  test('an order of several units names none of them', async () => {
    const units = [{ custom_id: 'ORDER-1001' }, { custom_id: 'ORDER-1002' }]
    const { event: found } = await about('CHECKOUT.ORDER.APPROVED', { id: '5O190127TN364715T', purchase_units: units })
    expect(found).toMatchObject({ type: 'payment.pending', orderId: null, expected: null })
  })

  test.each([
    ['PAYMENT.SALE.COMPLETED', 'payment.confirmed', '9.9'],
    ['PAYMENT.SALE.PENDING', 'payment.detected', '9.9'],
    ['PAYMENT.SALE.DENIED', 'payment.failed', undefined],
  ])('%s is %s', async (name, type, amount) => {
    const { event: found } = await about(name, fixture('payment_sale_completed_v1').resource)
    expect(found).toMatchObject({ type, orderId: 'ORDER-1005', paymentId: '3VW48286GH789012J' })
    expect(found!.received?.amount).toBe(amount)
  })

  test('a sale that is announced under another event id is one payment', async () => {
    const { resource } = fixture('payment_sale_completed_v1')
    const [first, again] = [
      event('PAYMENT.SALE.COMPLETED', resource, 'WH-1'),
      event('PAYMENT.SALE.COMPLETED', resource, 'WH-2'),
    ]
    const { provider } = payPal({ ...answersTo(first), ...answersTo(again) })
    const receiver = receiverOf(provider)
    expect(await receiver.deliver(JSON.stringify(first))).toMatchObject({ kind: 'unhandled' })
    expect(await receiver.deliver(JSON.stringify(again))).toMatchObject({ kind: 'duplicate' })
  })

  test.each([
    [
      'PAYMENT.SALE.REFUNDED',
      { id: '8RF1', sale_id: '3VW48286GH789012J', amount: { total: '9.90', currency: 'EUR' } },
      '8RF1',
    ],
    [
      'PAYMENT.SALE.REVERSED',
      { id: '3VW48286GH789012J', amount: { total: '-9.90', currency: 'EUR' } },
      'reversal-3VW48286GH789012J',
    ],
    [
      'PAYMENT.CAPTURE.REVERSED',
      {
        id: '8RV1',
        amount: { value: '9.90', currency_code: 'EUR' },
        links: [{ rel: 'up', href: 'https://x.example/captures/3VW48286GH789012J' }],
      },
      'reversal-8RV1',
    ],
  ])('%s takes the money back', async (name, resource, id) => {
    const { event: found } = await about(name, resource)
    expect(found).toMatchObject({
      type: 'refund.confirmed',
      paymentId: '3VW48286GH789012J',
      refund: { amount: '9.9', currency: 'EUR', id },
    })
  })

  const dispute = (rest: object) => ({ ...fixture('customer_dispute_created').resource, ...rest })

  test.each([
    ['CUSTOMER.DISPUTE.CREATED', { dispute_life_cycle_stage: 'INQUIRY' }, 'dispute.inquiry'],
    ['CUSTOMER.DISPUTE.CREATED', { dispute_life_cycle_stage: 'CHARGEBACK' }, 'dispute.opened'],
    ['CUSTOMER.DISPUTE.UPDATED', { dispute_life_cycle_stage: 'ARBITRATION' }, 'dispute.opened'],
    ['CUSTOMER.DISPUTE.RESOLVED', { dispute_outcome: { outcome_code: 'RESOLVED_SELLER_FAVOUR' } }, 'dispute.won'],
    ['CUSTOMER.DISPUTE.RESOLVED', { dispute_outcome: { outcome_code: 'CANCELED_BY_BUYER' } }, 'dispute.won'],
  ])('%s with %j is %s, and takes nothing', async (name, rest, type) => {
    const { event: found } = await about(name, dispute(rest))
    expect(found).toMatchObject({
      type,
      orderId: 'ORDER-1001',
      paymentIds: [CAPTURE],
      dispute: { id: 'PP-R-ABC-12345678', amount: '49.9', currency: 'EUR', withdrawn: false },
    })
  })

  test.each(['RESOLVED_BUYER_FAVOUR', 'ACCEPTED', 'RESOLVED_WITH_PAYOUT', 'ANOTHER'])(
    'a dispute that ends with %s is no money: the reversal of its capture is',
    async (outcome_code) => {
      const { event: found } = await about('CUSTOMER.DISPUTE.RESOLVED', dispute({ dispute_outcome: { outcome_code } }))
      expect(found).toMatchObject({ type: 'paypal.CUSTOMER.DISPUTE.RESOLVED', dispute: null })
    },
  )

  test('each change of a dispute is an event, and its repeat is none', async () => {
    const ids = new Set<string>()
    for (const update_time of ['2026-12-01T08:00:00.000Z', '2026-12-02T08:00:00.000Z', '2026-12-02T08:00:00.000Z']) {
      ids.add((await about('CUSTOMER.DISPUTE.UPDATED', dispute({ update_time }))).event!.id)
    }
    expect(ids.size).toBe(2)
  })

  test.each(['CHECKOUT.ORDER.COMPLETED', 'BILLING.SUBSCRIPTION.CREATED', 'VAULT.PAYMENT-TOKEN.CREATED'])(
    '%s is for onUnhandled alone, by its own id',
    async (name) => {
      const { event: found, asked } = await about(name, { id: '5O190127TN364715T' })
      expect(found).toMatchObject({ type: `paypal.${name}`, received: null })
      expect(asked).toEqual([`${EVENTS}WH-${name.replaceAll('.', '-')}`])
    },
  )

  test('the name that was read counts, and not the one that was sent', async () => {
    const sent = event('PAYMENT.SALE.COMPLETED', fixture('payment_sale_completed_v1').resource, 'WH-1')
    const { event: found } = await become(sent, { [`${EVENTS}WH-1`]: event('BILLING.PLAN.CREATED', {}, 'WH-1') })
    expect(found).toMatchObject({ type: 'paypal.BILLING.PLAN.CREATED', received: null })
  })
})

describe('reading', () => {
  const native = event('PAYMENT.CAPTURE.COMPLETED', capture())
  const shopReads = (readBack: PayPalReadBack) =>
    receiverOf(paypal({ webhookId: WEBHOOK_ID, testKeys: payPalTestKeys(), readBack }))

  test.each([
    ['bytes', Buffer.from(JSON.stringify(capture()))],
    ['a text', JSON.stringify(capture())],
    ['an object', capture()],
  ])('may answer %s', async (_what, found) => {
    const receiver = shopReads(async () => found)
    expect(await receiver.deliver(JSON.stringify(native))).toMatchObject({ kind: 'unhandled' })
  })

  test.each<[string, PayPalReadBack, string]>([
    ['nothing', async () => null, 'READ_BACK_BEHIND'],
    ['undefined', async () => undefined, 'READ_BACK_BEHIND'],
    ['another capture', async () => capture({ id: 'OTHER' }), 'READ_BACK_MISMATCH'],
    ['a capture whose id ends alike', async () => capture({ id: CAPTURE.slice(1) }), 'READ_BACK_MISMATCH'],
    ['another shape', async () => capture({ amount: '49.90' }), 'READ_BACK_UNAVAILABLE'],
    ['no JSON', async () => 'Bad Gateway', 'READ_BACK_UNAVAILABLE'],
    ['an error', async () => Promise.reject(new Error('down')), 'READ_BACK_UNAVAILABLE'],
  ])('that answers %s has the delivery come again', async (_what, readBack, code) => {
    const receiver = shopReads(readBack)
    expect(await receiver.deliver(JSON.stringify(native))).toMatchObject({ kind: 'retry_later', error: { code } })
    expect(receiver.events).toEqual([])
  })

  test.each([undefined, null, '', 7.5, {}, '..', '../orders', 'a/b', 'a%2fb', 'a?b', 'a b', 'a'.repeat(65), 'a\u0000'])(
    'asks for no capture %j',
    async (id) => {
      const asked: string[] = []
      const receiver = shopReads(async (path) => void asked.push(path))
      const body = JSON.stringify({ ...native, resource: { ...capture(), id } })
      expect(await receiver.deliver(body)).toMatchObject({ kind: 'unusable', error: { code: 'PAYLOAD_INVALID' } })
      expect(asked).toEqual([])
    },
  )

  test.each([{ id: undefined }, { id: '../x' }, { event_type: '' }, { event_type: 7 }])(
    'nor for an event with %j',
    async (rest) => {
      const asked: string[] = []
      const receiver = shopReads(async (path) => void asked.push(path))
      const body = JSON.stringify({ ...native, event_type: 'BILLING.PLAN.CREATED', ...rest })
      expect(await receiver.deliver(body)).toMatchObject({ kind: 'unusable' })
      expect(asked).toEqual([])
    },
  )
})
