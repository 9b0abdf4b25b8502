/** Checkout.com, with vectors made from its documents and verified by openssl. */
import { describe, expect, test } from '@jest/globals'
import { checkoutCom, type CheckoutComOptions } from 'express-payment-webhooks/providers/checkout-com'
import { types } from '../../../src/testing/samples/checkout-com.js'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, payloadOf } from '../../support/provider-suite.js'
import { action, cases, dispute, event, fixture, inTest, KEY, shop } from './support.js'

describeVectors(
  cases,
  ({ secrets = KEY, authorization }) =>
    checkoutCom({ signatureKey: secrets, ...(authorization !== undefined && { authorization }) }),
  {},
  ['authentic though not JSON: authentication_failed as merchants received it'],
)

describeExamples('checkout-com', () => inTest())

const become = (payload: object, rest: Partial<CheckoutComOptions> = {}) => eventOf(shop(rest), JSON.stringify(payload))

describe('which mode', () => {
  const captured = fixture('payment_captured')

  test.each([
    ['a sandbox event at a live shop', shop(), captured, 'checkout-com.test.payment_captured'],
    [
      'a live event at a sandbox shop',
      inTest(),
      event('payment_captured', action()),
      'checkout-com.live.payment_captured',
    ],
  ])('%s is no money', async (_what, provider, payload, type) => {
    expect(await eventOf(provider, JSON.stringify(payload))).toMatchObject({ type, received: null })
  })

  test.each([{}, null, undefined, { self: null }, { self: { href: 'nowhere' } }])(
    'with links %j it is that of the shop',
    async (_links) => {
      for (const mode of ['live', 'test'] as const) {
        const payload = event('payment_captured', action(), { _links })
        expect((await become(payload, { mode })).type).toBe('payment.confirmed')
      }
    },
  )
})

describe('a payment', () => {
  test.each([
    ['payment_pending', 'payment.pending'],
    ['payment_declined', 'payment.failed'],
    ['payment_authentication_failed', 'payment.failed'],
    ['authentication_failed', 'payment.failed'],
    ['payment_expired', 'payment.expired'],
    ['payment_canceled', 'payment.canceled'],
    ['payment_voided', 'payment.canceled'],
  ])('%s', async (name, type) => {
    for (const captures of ['single', 'several'] as const) {
      expect(await become(event(name, action()), { captures })).toMatchObject({
        ...{ type, orderId: 'A-1', paymentId: 'pay_1', received: null, expected: { amount: '49.9' } },
      })
    }
  })

  test('that is approved is reserved, and where nothing is reserved a card was checked', async () => {
    expect(await become(event('payment_approved', action()))).toMatchObject({
      type: 'payment.authorized',
      received: { amount: '49.9', currency: 'EUR', basis: 'total' },
    })
    expect(await become(event('payment_approved', action({ amount: 0 })))).toMatchObject({
      type: 'checkout-com.payment_approved',
      received: null,
    })
  })

  test.each([
    ['payment_capture_pending', 'payment.detected', 'transaction.detected'],
    ['payment_captured', 'payment.confirmed', 'transaction.confirmed'],
  ])('%s', async (name, single, several) => {
    const payload = event(name, action())
    expect(await become(payload)).toMatchObject({
      ...{ type: single, transaction: null, expected: null, received: { amount: '49.9', basis: 'total' } },
    })
    expect(await become(payload, { captures: 'several' })).toMatchObject({
      type: several,
      transaction: { id: 'act_1' },
      received: { amount: '49.9', basis: 'transaction' },
    })
  })

  test('whose capture is declined has failed', async () => {
    const payload = event('payment_capture_declined', action({ response_summary: 'Declined' }))
    expect(await become(payload)).toMatchObject({ type: 'payment.failed', received: null, reason: 'Declined' })
    expect(await become(payload, { captures: 'several' })).toMatchObject({ type: 'transaction.failed' })
  })

  test('is paid by payment_paid only where the shop says that it makes no payouts', async () => {
    const payload = event('payment_paid', action())
    expect(await become(payload)).toMatchObject({ type: 'checkout-com.payment_paid', received: null })
    expect(await become(payload, { paid: 'payment' })).toMatchObject({
      type: 'payment.confirmed',
      received: { amount: '49.9', basis: 'total' },
    })
  })

  test.each([
    [{}, 'A-1'],
    [{ reference: null }, 'M-1'],
    [{ reference: null, metadata: {} }, null],
    [{ reference: null, metadata: null }, null],
    [{ reference: null, metadata: [] }, null],
  ])('with %j is for %j', async (fields, orderId) => {
    expect(await become(event('payment_captured', action(fields)))).toMatchObject({ orderId })
  })

  test('that failed its authentication names itself in another place, and its amount in a text', async () => {
    const data = { payment_id: 'pay_9', reference: 'A-9', amount: '13606', currency: 'EUR', reason_description: 'No.' }
    expect(await become(event('authentication_failed', data))).toMatchObject({
      ...{ type: 'payment.failed', paymentId: 'pay_9', orderId: 'A-9', expected: { amount: '136.06' }, reason: 'No.' },
    })
  })

  test.each([
    ['EUR', 4990, '49.9'],
    ['JPY', 5000, '5000'],
    ['ISK', 500, '500'],
    ['UGX', 500, '500'],
    ['CLP', 500, '5'],
    ['KWD', 5120, '5.12'],
    ['eur', 1, '0.01'],
  ])('in %s of %d is %s', async (currency, amount, exact) => {
    const { received } = await become(event('payment_captured', action({ currency, amount })))
    expect(received).toMatchObject({ amount: exact, currency: currency.toUpperCase() })
  })

  test.each([
    ['without an amount', { amount: undefined }],
    ['without a currency', { currency: null }],
    ['of half a cent', { amount: 0.5 }],
    ['below nothing', { amount: -1 }],
    ['of an amount in words', { amount: 'much' }],
    ['of a part of a Chilean peso', { currency: 'CLP', amount: 550 }],
    ['without its id', { id: null }],
  ])('%s is kept for the operator', async (_what, fields) => {
    expect(await refusalOf(shop(), JSON.stringify(event('payment_captured', action(fields))))).toBe('PAYLOAD_INVALID')
  })

  test('whose capture names no action is kept, where captures are counted', async () => {
    const body = JSON.stringify(event('payment_captured', action({ action_id: null })))
    expect(await refusalOf(shop({ captures: 'several' }), body)).toBe('PAYLOAD_INVALID')
  })
})

describe('a refund', () => {
  test.each([
    ['payment_refund_pending', 'refund.pending'],
    ['payment_refunded', 'refund.confirmed'],
    ['payment_refund_declined', 'refund.failed'],
  ])('%s', async (name, type) => {
    expect(await become(event(name, action({ amount: 1500 })))).toMatchObject({
      ...{ type, orderId: 'A-1', paymentId: 'pay_1', received: null },
      refund: { id: 'act_1', amount: '15', currency: 'EUR', basis: 'refund' },
    })
  })

  test('that names no action is kept: two of them would be one', async () => {
    const body = JSON.stringify(event('payment_refunded', action({ action_id: undefined })))
    expect(await refusalOf(shop(), body)).toBe('PAYLOAD_INVALID')
  })
})

test.each([
  ['dispute_received', 'dispute.opened', false],
  ['dispute_evidence_required', 'dispute.opened', true],
  ['dispute_won', 'dispute.won', false],
  ['dispute_canceled', 'dispute.won', false],
  ['dispute_resolved', 'dispute.won', false],
  ['dispute_lost', 'dispute.lost', true],
  ['dispute_accepted', 'dispute.lost', true],
  ['dispute_expired', 'dispute.lost', true],
])('%s', async (name, type, withdrawn) => {
  expect(await become(event(name, dispute()))).toMatchObject({
    ...{ type, orderId: 'A-1', paymentId: 'pay_1', reason: 'fraudulent' },
    dispute: { id: 'dsp_1', amount: '49.9', withdrawn, respondBy: '2026-12-20T23:59:59.000Z' },
  })
})

test.each(['payment_returned', 'card_verified', 'dispute_evidence_submitted', 'payment_someday', 'toString'])(
  '%s is no money',
  async (name) => {
    const told = { type: `checkout-com.${name}`, received: null, refund: null, dispute: null }
    expect(await become(event(name, action()))).toMatchObject(told)
  },
)

test('an event is known by its id, whichever webhook sends it', async () => {
  const { deliver, events } = receiverOf(shop({ signatureKey: [KEY, 'cko-key-of-the-second-webhook'] }))
  const body = Buffer.from(JSON.stringify(event('payment_captured', action())))
  await deliver(body)
  const { headers } = shop({ signatureKey: 'cko-key-of-the-second-webhook' }).sign(body)
  expect(await deliver(body, headers)).toMatchObject({ kind: 'duplicate' })
  expect(events.map(({ id }) => id)).toEqual(['checkout-com:evt_1'])
})

test('a body that is no JSON is authentic, never repaired, and kept for the operator', async () => {
  const body = payloadOf('checkout-com', 'authentication_failed_malformed.txt')
  expect(await refusalOf(inTest(), body)).toBe('JSON_INVALID')
})

describe('both proofs', () => {
  const authorization = 'cko-authorization-value-71'
  const body = Buffer.from(JSON.stringify(event('payment_captured', action())))
  const provider = shop({ authorization })
  const { headers } = provider.sign(body)
  const explained = (sent: Record<string, string>) =>
    provider.authentication.explain?.({ body, headers: sent }, undefined)

  test('are asked for, and told apart for the operator', async () => {
    expect(headers).toMatchObject({ authorization })
    expect(await refusalOf(provider, body, { ...headers, authorization: `${authorization}!` })).toBe('AUTH_MISMATCH')
    expect(explained({ ...headers, authorization: `Bearer ${authorization}` })).toMatch(
      /token is right, but not written/,
    )
    const capitals = headers['cko-signature']!.toUpperCase()
    expect(explained({ ...headers, 'cko-signature': `sha256=${capitals}` })).toMatch(
      /signature is right, but not written/,
    )
  })
})

describe('options', () => {
  test.each([
    [{ signatureKey: undefined }, /signatureKey is missing or empty/],
    [{ signatureKey: 'short' }, /signatureKey has 5 bytes/],
    [{ authorization: 'short' }, /authorization has 5 bytes/],
    [{ mode: 'prod' }, /mode must be 'live' or 'test'/],
    [{ captures: 'many' }, /captures must be 'single' or 'several'/],
    [{ paid: true }, /paid must be 'native' or 'payment'/],
    [{ orderKey: '' }, /orderKey must be/],
    [{ signatureky: 'x' }, /Did you mean "signatureKey"/],
  ])('%j', (options, message) => {
    expect(() => shop(options as never)).toThrow(message)
  })

  test('nobody says how long Checkout.com waits, and it sends again whatever is refused', () => {
    expect(shop()).toMatchObject({
      patienceMs: null,
      unknownOrder: 'later',
      blocksQueue: false,
      answers: { accepted: { status: 200, body: '' }, notAuthentic: 401, later: 503 },
    })
  })
})

test('every type of the families that comes by default has a sample', () => {
  const common = shop().types.filter((type) => !/^(checkout-com|transaction)\./.test(type))
  expect(Object.values(types)).toEqual(expect.arrayContaining(common))
})
