/** Each webhook of Xendit after its resource was read: its event and its identity. */
import { describe, expect, test } from '@jest/globals'
import { openOrder, settle } from 'express-payment-webhooks/orders'
import { receiverOf, refusalOf } from '../../support/deliver.js'
import { become, CAPTURED, fixture, INVOICE, reading, REFUND, REQUEST, resource, trusting } from './support.js'

const INVOICE_ID = '6925a1c4e8b7d2f3a0c9e511'
const PAYMENT = 'py-1402feb0-bb79-47ae-9d1e-e69394d3949c'
const PAYMENT_REQUEST = 'pr-1102feb0-bb79-47ae-9d1e-e69394d3949c'

const invoice = (fields: object) => reading({ [INVOICE]: { ...resource('invoice_paid'), ...fields } })
const capture = (fields: object) => reading({ [CAPTURED]: { ...resource('payment_capture_v3'), ...fields } })
const request = (fields: object) =>
  reading({
    [REQUEST]: { ...resource('payment_succeeded_v2'), id: REQUEST.split('/')[2], payment_request_id: null, ...fields },
  })
const refund = (fields: object) => reading({ [REFUND]: { ...resource('refund_succeeded'), ...fields } })

const refusal = (name: string, provider: ReturnType<typeof reading>) =>
  refusalOf(provider, JSON.stringify(fixture(name)))

describe('an invoice', () => {
  test.each([
    ['PAID', 'payment.confirmed', { amount: '50000', currency: 'IDR', basis: 'total' }],
    ['SETTLED', 'payment.confirmed', { amount: '50000', currency: 'IDR', basis: 'total' }],
    ['EXPIRED', 'payment.expired', null],
  ])('that is %s', async (status, type, received) => {
    const event = await become(
      fixture('invoice_expired'),
      reading({
        '/v2/invoices/6925a1c4e8b7d2f3a0c9e522': {
          ...resource('invoice_paid'),
          id: '6925a1c4e8b7d2f3a0c9e522',
          status,
        },
      }),
    )
    expect(event).toMatchObject({
      type,
      orderId: 'ORDER-1001',
      paymentId: '6925a1c4e8b7d2f3a0c9e522',
      expected: { amount: '50000', currency: 'IDR' },
    })
    if (received === null) expect(event.received).toBeNull()
    else expect(event.received).toMatchObject(received)
  })

  test('that is paid comes again if it still reads PENDING', async () => {
    expect(await refusal('invoice_paid', invoice({ status: 'PENDING' }))).toBe('READ_BACK_BEHIND')
  })

  test('is paid once: that it was settled later is no news', async () => {
    const { deliver } = receiverOf(reading())
    const paid = fixture('invoice_paid')
    expect((await deliver(JSON.stringify(paid))).kind).toBe('unhandled')
    expect((await deliver(JSON.stringify({ ...paid, status: 'SETTLED' }))).kind).toBe('duplicate')
    const trusted = receiverOf(trusting())
    expect((await trusted.deliver(JSON.stringify(paid))).kind).toBe('unhandled')
    const settled = { ...paid, status: 'SETTLED', updated: '2026-11-27T10:00:00Z' }
    expect((await trusted.deliver(JSON.stringify(settled))).kind).toBe('duplicate')
  })

  test.each([
    [{ paid_amount: 49999.5 }, '49999.5'],
    [{ paid_amount: '50000.00' }, '50000'],
    [{ paid_amount: undefined }, '50000'],
  ])('that reads %j has received %s', async (fields, amount) => {
    expect(await become(fixture('invoice_paid'), invoice(fields))).toMatchObject({ received: { amount } })
  })

  test.each([{ amount: -1 }, { amount: null }, { currency: '' }, { status: 'LOST' }])(
    'that reads %j is asked for again',
    async (fields) => {
      expect(['READ_BACK_UNAVAILABLE', 'PAYLOAD_INVALID']).toContain(await refusal('invoice_paid', invoice(fields)))
    },
  )

  test('of another id than the one asked for is asked for again', async () => {
    expect(await refusal('invoice_paid', invoice({ id: 'another' }))).toBe('READ_BACK_MISMATCH')
  })
})

describe('a payment of version 3', () => {
  test.each([
    ['SUCCEEDED', 'payment.confirmed', '1499.9'],
    ['AUTHORIZED', 'payment.authorized', '1499.9'],
    ['FAILED', 'payment.failed', null],
    ['CANCELED', 'payment.canceled', null],
    ['EXPIRED', 'payment.expired', null],
  ])('that is %s', async (status, type, amount) => {
    const event = await become(fixture('payment_capture_v3'), capture({ status }))
    expect(event).toMatchObject({
      type,
      orderId: 'ORDER-1003',
      paymentId: PAYMENT_REQUEST,
      paymentIds: [PAYMENT_REQUEST, PAYMENT],
      expected: { amount: '1499.9', currency: 'PHP' },
    })
    expect(event.received?.amount ?? null).toBe(amount)
  })

  test('has received the sum of its captures', async () => {
    const captures = [{ capture_amount: 1000.1 }, { capture_amount: '0.2' }]
    expect(await become(fixture('payment_capture_v3'), capture({ captures }))).toMatchObject({
      received: { amount: '1000.3', basis: 'total' },
    })
    expect(await become(fixture('payment_capture_v3'), capture({ captures: null }))).toMatchObject({
      received: { amount: '1499.9' },
    })
  })

  test('each further capture is news, and a repeat is none', async () => {
    let captures = [{ capture_amount: 1000 }]
    const answer = () => ({ ...resource('payment_capture_v3'), captures })
    const { deliver, events } = receiverOf(reading({}, { readBack: async () => answer() }))
    const body = JSON.stringify(fixture('payment_capture_v3'))
    await deliver(body)
    captures = [...captures, { capture_amount: 499.9 }]
    await deliver(body)
    expect((await deliver(body)).kind).toBe('duplicate')
    expect(events.map(({ received }) => received?.amount)).toEqual(['1000', '1499.9'])
  })

  test('that was captured comes again if it still reads PENDING', async () => {
    expect(await refusal('payment_capture_v3', capture({ status: 'PENDING' }))).toBe('READ_BACK_BEHIND')
  })

  test('that failed may read PENDING, because its request is open', async () => {
    const path = '/v3/payments/py-2402feb0-bb79-47ae-9d1e-e69394d3949c'
    const provider = reading({ [path]: { ...resource('payment_failure_v3'), status: 'PENDING' } })
    expect(await become(fixture('payment_failure_v3'), provider)).toMatchObject({
      type: 'payment.pending',
      received: null,
    })
  })

  test('that is captured by the time its authorisation is read is the same as its capture', async () => {
    const { deliver } = receiverOf(reading())
    await deliver(JSON.stringify({ ...fixture('payment_capture_v3'), event: 'payment.authorization' }))
    expect((await deliver(JSON.stringify(fixture('payment_capture_v3')))).kind).toBe('duplicate')
  })
})

describe('a payment request of version 2', () => {
  test.each([
    ['SUCCEEDED', 'payment.confirmed', '500'],
    ['AWAITING_CAPTURE', 'payment.authorized', '500'],
    ['FAILED', 'payment.failed', null],
    ['VOIDED', 'payment.canceled', null],
  ])('that is %s', async (status, type, amount) => {
    const event = await become(fixture('payment_succeeded_v2'), request({ status }))
    expect(event).toMatchObject({ type, orderId: 'ORDER-1005', paymentId: 'pr-3102feb0-bb79-47ae-9d1e-e69394d3949c' })
    expect(event.received?.amount ?? null).toBe(amount)
  })

  test('that is paid without an amount is for the operator', async () => {
    expect(await refusal('payment_succeeded_v2', request({ amount: null }))).toBe('PAYLOAD_INVALID')
  })

  test('that a webhook does not name is for the operator', async () => {
    const { data, ...rest } = fixture('payment_succeeded_v2')
    const payload = { ...rest, data: { ...(data as object), payment_request_id: null } }
    expect(await refusalOf(reading(), JSON.stringify(payload))).toBe('PAYLOAD_INVALID')
  })
})

describe('a payment request of version 3', () => {
  const expiry = { event: 'payment_request.expiry', data: { payment_request_id: PAYMENT_REQUEST } }
  const open = (status: string) =>
    reading({
      [`/v3/payment_requests/${PAYMENT_REQUEST}`]: {
        payment_request_id: PAYMENT_REQUEST,
        reference_id: 'ORDER-1003',
        status,
        request_amount: 1499.9,
        currency: 'PHP',
      },
    })

  test.each([
    ['EXPIRED', 'payment.expired'],
    ['CANCELED', 'payment.canceled'],
    // A payment was made after all, and has its own webhooks.
    ['SUCCEEDED', 'payment.pending'],
    ['ACCEPTING_PAYMENTS', 'payment.pending'],
  ])('that expired and reads %s', async (status, type) => {
    expect(await become(expiry, open(status))).toMatchObject({ type, received: null, orderId: 'ORDER-1003' })
  })
})

describe('a refund', () => {
  test.each([
    ['SUCCEEDED', 'refund.confirmed'],
    ['FAILED', 'refund.failed'],
    ['CANCELLED', 'refund.failed'],
  ])('that is %s', async (status, type) => {
    expect(await become(fixture('refund_succeeded'), refund({ status }))).toMatchObject({
      type,
      orderId: null,
      paymentId: PAYMENT_REQUEST,
      paymentIds: [PAYMENT_REQUEST, PAYMENT],
      refund: { id: 'rfd-6f4a377d-a201-437f-9119-f8b00cbbe857', amount: '500', currency: 'PHP', basis: 'refund' },
    })
  })

  test('of an invoice is about the invoice', async () => {
    expect(await become(fixture('refund_succeeded'), refund({ invoice_id: INVOICE_ID }))).toMatchObject({
      paymentIds: [INVOICE_ID, PAYMENT_REQUEST, PAYMENT],
    })
  })

  test('that is done comes again if it still reads PENDING', async () => {
    expect(await refusal('refund_succeeded', refund({ status: 'PENDING' }))).toBe('READ_BACK_BEHIND')
  })
})

describe('all other webhooks', () => {
  test.each([
    ['payment_token.activation', { event: 'payment_token.activation', data: { payment_token_id: 'pt-1' } }],
    ['ewallet.capture', { event: 'ewallet.capture', data: { id: 'ewc_1', status: 'SUCCEEDED', capture_amount: 1 } }],
    ['payment_session.completed', { event: 'payment_session.completed', data: {} }],
    ['toString', { event: 'toString', data: {} }],
    ['callback', { id: 'va_1', external_id: 'ORDER-1', amount: 50000 }],
    ['callback', { id: 'disb_1', external_id: 'PAYOUT-1', status: 'COMPLETED', amount: 50000 }],
  ])('%s is native, known by its content, and no money', async (name, payload) => {
    const { deliver, events } = receiverOf(reading())
    await deliver(JSON.stringify(payload))
    expect((await deliver(JSON.stringify(payload, null, 2))).kind).toBe('duplicate')
    expect(events).toMatchObject([{ type: `xendit.${name}`, received: null, orderId: null }])
  })

  test.each(['{}', '{"event":"payment.capture"}', '{"event":"","data":{}}', '{"id":""}', '{"event":1,"data":{}}'])(
    '%s is no webhook of Xendit',
    async (body) => {
      expect(await refusalOf(reading(), body)).toBe('PAYLOAD_INVALID')
    },
  )
})

test('an order is paid by its payment, and a refund finds it by what was paid', async () => {
  let order = openOrder({
    orderId: 'ORDER-1003',
    expected: { amount: '1499.9', currency: 'PHP' },
    payments: [{ provider: 'xendit', paymentId: PAYMENT_REQUEST }],
  })
  const told: string[] = []
  for (const name of ['payment_capture_v3', 'refund_succeeded']) {
    order = settle(order, await become(fixture(name))).order
    told.push(`${order.status} ${order.received}`)
  }
  expect(told).toEqual(['confirmed 1499.9', 'partially_refunded 999.9'])
})
