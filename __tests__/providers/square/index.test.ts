/** Square, with vectors that the official packages signed and verified. */
import { describe, expect, test } from '@jest/globals'
import { square, type SquareOptions } from 'express-payment-webhooks/providers/square'
import { types } from '../../../src/testing/samples/square.js'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, payloadOf } from '../../support/provider-suite.js'
import { dispute, payment, PAYMENT, refund, shop, vectors } from './support.js'

describeVectors(
  vectors.cases,
  ({ keys = vectors.signature_key, urls = vectors.notification_url }) => square({ signatureKey: keys, url: urls }),
  {},
  // Its payment is cut short.
  ['escapes in the body: only the raw bytes verify'],
)

const [testCall, escapes] = vectors.published as [never, never]

describe('what the official package publishes', () => {
  const published = ({ signature_key: value, notification_url: url }: (typeof vectors.published)[number]) =>
    square({ signatureKey: { value: value!, unchecked: true }, url })

  test('its test notification is accepted, and is no money', async () => {
    const { deliver, events } = receiverOf(published(testCall))
    const { raw_body: body, headers } = testCall as (typeof vectors.published)[number]
    expect(await deliver(body, headers)).toMatchObject({ kind: 'unhandled' })
    expect(events).toMatchObject([{ type: 'square.webhooks.test_notification', received: null }])
  })

  test('characters that some encoders escape are authentic, and no event', async () => {
    const { raw_body: body, headers } = escapes as (typeof vectors.published)[number]
    expect(await refusalOf(published(escapes), body, headers)).toBe('PAYLOAD_INVALID')
  })
})

describeExamples('square', () => shop())

const become = (payload: object, rest: Partial<SquareOptions> = {}) => eventOf(shop(rest), JSON.stringify(payload))

describe('a payment', () => {
  test.each([
    ['PENDING', 'payment.pending', null],
    ['APPROVED', 'payment.authorized', '49.9'],
    ['COMPLETED', 'payment.confirmed', '49.9'],
    ['CANCELED', 'payment.canceled', null],
    ['FAILED', 'payment.failed', null],
    ['SOMEDAY', 'square.payment.updated', null],
    ['constructor', 'square.payment.updated', null],
  ])('that is %s is %s', async (status, type, amount) => {
    for (const name of ['payment.created', 'payment.updated']) {
      const event = await become(payment(status, {}, { type: name }))
      expect([event.type, event.received?.amount ?? null]).toEqual([type.replace('payment.updated', name), amount])
    }
  })

  test('names its order and itself, and is dated by its last change', async () => {
    expect(await become(payment('COMPLETED'))).toMatchObject({
      orderId: 'A-1',
      paymentId: PAYMENT,
      paymentIds: [PAYMENT],
      expected: { amount: '49.9', currency: 'USD' },
      received: { amount: '49.9', currency: 'USD', basis: 'total' },
      occurredAt: '2026-11-25T10:29:59.123Z',
    })
  })

  test("may be known by Square's own order", async () => {
    expect(await become(payment('COMPLETED'), { orderField: 'order_id' })).toMatchObject({ orderId: 'O-1' })
    expect(await become(payment('COMPLETED', { reference_id: undefined }))).toMatchObject({ orderId: null })
  })

  test('has received its total with the tip, and reserves what was approved', async () => {
    const amount_money = { amount: 4000, currency: 'USD' }
    expect(await become(payment('COMPLETED', { amount_money }))).toMatchObject({ received: { amount: '49.9' } })
    const approved_money = { amount: 2000, currency: 'USD' }
    expect(await become(payment('APPROVED', { approved_money }))).toMatchObject({
      expected: { amount: '49.9' },
      received: { amount: '20', basis: 'total' },
    })
  })

  test('that fails says why', async () => {
    const errors = [{ code: 'INSUFFICIENT_FUNDS', detail: 'Not enough money.' }]
    expect(await become(payment('FAILED', { card_details: { errors } }))).toMatchObject({ reason: 'Not enough money.' })
  })

  test('is confirmed once, however many of its changes say so', async () => {
    const { deliver, events } = receiverOf(shop())
    const first = payment('COMPLETED')
    const refunded_money = { amount: 1500, currency: 'USD' }
    const later = payment('COMPLETED', { refunded_money, updated_at: '2026-11-26T09:00:05Z' }, { event_id: 'E-2' })
    await deliver(JSON.stringify(first))
    expect(await deliver(JSON.stringify(later))).toMatchObject({ kind: 'duplicate' })
    expect(events).toHaveLength(1)
    const more = payment('COMPLETED', { total_money: { amount: 5490, currency: 'USD' } }, { event_id: 'E-3' })
    expect(await deliver(JSON.stringify(more))).toMatchObject({ kind: 'unhandled' })
  })

  test('that is reserved again is news, and a retried event is not', async () => {
    const { deliver, events } = receiverOf(shop())
    for (const id of ['E-1', 'E-2', 'E-1']) await deliver(JSON.stringify(payment('APPROVED', {}, { event_id: id })))
    expect(events.map(({ id }) => id)).toEqual(['square:E-1', 'square:E-2'])
  })

  test.each([
    ['USD', 4990, '49.9'],
    ['JPY', 5000, '5000'],
    ['KWD', 5120, '5.12'],
    ['usd', 1, '0.01'],
  ])('in %s of %d is %s', async (currency, amount, exact) => {
    const event = await become(payment('COMPLETED', { total_money: { amount, currency } }))
    expect(event.received).toMatchObject({ amount: exact, currency: currency.toUpperCase() })
  })

  test.each([
    ['without a total', { total_money: undefined }],
    ['of half a cent', { total_money: { amount: 0.5, currency: 'USD' } }],
    ['below nothing', { total_money: { amount: -1, currency: 'USD' } }],
    ['in a text', { total_money: { amount: '4990', currency: 'USD' } }],
    ['in no currency', { total_money: { amount: 4990, currency: 'dollars' } }],
    ['in a currency that nobody knows', { total_money: { amount: 4990, currency: 'ZZZ' } }],
    ['without an id', { id: '' }],
  ])('%s is kept for the operator', async (_what, fields) => {
    expect(await refusalOf(shop(), JSON.stringify(payment('COMPLETED', fields)))).toBe('PAYLOAD_INVALID')
  })
})

describe('a refund', () => {
  test.each([
    ['PENDING', 'refund.pending'],
    ['COMPLETED', 'refund.confirmed'],
    ['REJECTED', 'refund.failed'],
    ['FAILED', 'refund.failed'],
    ['SOMEDAY', 'square.refund.updated'],
  ])('that is %s is %s', async (status, type) => {
    expect((await become(refund(status))).type).toBe(type)
    expect((await become(refund(status, {}, { type: 'refund.created' }))).type).toBe(type.replace('updated', 'created'))
  })

  test('names its payment, and not the order of the return', async () => {
    for (const orderField of ['reference_id', 'order_id'] as const) {
      expect(await become(refund('COMPLETED'), { orderField })).toMatchObject({
        orderId: null,
        paymentId: PAYMENT,
        refund: { id: 'R-1', amount: '15', currency: 'USD', basis: 'refund' },
        reason: 'returned',
        occurredAt: '2026-11-25T10:30:00.000Z',
      })
    }
  })

  test('is confirmed once', async () => {
    const { deliver } = receiverOf(shop())
    await deliver(JSON.stringify(refund('COMPLETED')))
    expect(await deliver(JSON.stringify(refund('COMPLETED', {}, { event_id: 'E-2' })))).toMatchObject({
      kind: 'duplicate',
    })
  })
})

describe('a dispute', () => {
  test.each([
    ['INQUIRY_EVIDENCE_REQUIRED', 'dispute.inquiry', false],
    ['INQUIRY_PROCESSING', 'dispute.inquiry', false],
    ['INQUIRY_CLOSED', 'dispute.inquiry', false],
    ['EVIDENCE_REQUIRED', 'dispute.opened', false],
    ['PROCESSING', 'dispute.opened', false],
    ['WON', 'dispute.won', false],
    ['LOST', 'dispute.lost', true],
    ['ACCEPTED', 'dispute.lost', true],
  ])('that is %s is %s', async (state, type, withdrawn) => {
    for (const name of ['dispute.created', 'dispute.state.updated', 'dispute.state.changed']) {
      expect(await become(dispute(state, name))).toMatchObject({
        type,
        paymentId: PAYMENT,
        dispute: { id: 'D-1', amount: '49.9', withdrawn, respondBy: '2026-12-24T00:00:00.000Z' },
      })
    }
  })

  test('in a state that nobody knows moves nothing', async () => {
    expect(await become(dispute('SOMEDAY'))).toMatchObject({ type: 'square.dispute.state.updated', dispute: null })
  })
})

test.each(['invoice.payment_made', 'order.updated', 'dispute.evidence.created', 'customer.created', 'toString'])(
  '%s is no money',
  async (type) => {
    const event = await become({ event_id: 'E-1', type, created_at: 'soon', data: null })
    expect(event).toMatchObject({ type: `square.${type}`, received: null, refund: null, dispute: null })
  },
)

describe('options', () => {
  test.each([
    [{ signatureKey: undefined }, /signatureKey is missing or empty/],
    [{ signatureKey: 'short' }, /signatureKey has 5 bytes/],
    [{ url: undefined }, /url must be the notification URL/],
    [{ url: [] }, /url must be the notification URL/],
    [{ url: '/webhooks/square' }, /url must be the notification URL/],
    [{ url: ' https://shop.example/webhooks/square' }, /url must be the notification URL/],
    [{ url: 'ftp://shop.example/webhooks/square' }, /url must be the notification URL/],
    [{ url: [vectors.notification_url, ''] }, /url must be the notification URL/],
    [{ orderField: 'order' }, /orderField must be/],
    [{ signaturKey: 'x' }, /Did you mean "signatureKey"/],
  ])('%j', (options, message) => {
    expect(() => shop(options as never)).toThrow(message)
  })

  test('Square waits for ten seconds, and sends again whatever is refused', () => {
    expect(shop()).toMatchObject({
      patienceMs: 10_000,
      unknownOrder: 'later',
      blocksQueue: false,
      answers: { accepted: { status: 200, body: '' }, notAuthentic: 401, later: 503 },
    })
  })
})

describe('the operator is told', () => {
  const body = payloadOf('square', 'payment_updated_completed.json')
  const explained = (signed: Partial<SquareOptions>, configured: Partial<SquareOptions> = {}) => {
    const { headers } = shop(signed).sign(body)
    return shop(configured).authentication.explain?.({ body, headers }, undefined)
  }

  test.each([
    ['https://shop.example/webhooks/square/', /slash at its end/],
    ['http://shop.example/webhooks/square', /http and https/],
  ])('that the address is registered as %s', (url, message) => {
    expect(explained({ url })).toMatch(message)
    expect(explained({}, { url })).toMatch(message)
  })

  test('that a key is retired', () => {
    const old = 'sq-signature-key-before-3f8a'
    expect(explained({ signatureKey: old }, { retired: old })).toMatch(/retired secret/)
  })

  test('nothing of an address that is another one', () => {
    expect(explained({ url: 'https://other.example/hook' })).toBeNull()
  })
})

test('every type of the families has a sample', () => {
  const common = shop().types.filter((type) => !type.startsWith('square.'))
  expect(Object.values(types)).toEqual(expect.arrayContaining(common))
})
