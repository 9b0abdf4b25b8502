/** Signed next-gen events, with or without the entity that they are about. */
import { describe, expect, test } from '@jest/globals'
import { mollie, type MollieSignedOptions } from 'express-payment-webhooks/providers/mollie'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { apiServer } from '../../support/provider-suite.js'
import { chargeback, eur, ID, paid } from './support.js'

const SECRET = 'mollie-signing-secret-3e7a91c05d2f'
const KEY = 'live_8f2b1c9d7e6a5b4c3d2e1f0a9b8c7d'

const signed = (rest: Partial<MollieSignedOptions> = {}) => mollie({ secret: SECRET, ...rest })

const event = (type: string, entity?: object, rest: object = {}) => ({
  resource: 'event',
  id: 'event_1',
  type,
  entityId: ID,
  createdAt: '2026-11-25T10:30:01+00:00',
  ...(entity && { _embedded: { entity } }),
  ...rest,
})

const become = (payload: object, rest: Partial<MollieSignedOptions> = {}) =>
  eventOf(signed(rest), JSON.stringify(payload))

describe('an event about a payment', () => {
  test.each([
    ['payment.pending', 'pending', 'payment.pending', null],
    ['payment.pending', 'paid', 'payment.pending', null],
    ['payment.authorized', 'authorized', 'payment.authorized', '49.9'],
    ['payment.authorized', 'paid', 'payment.authorized', '49.9'],
    ['payment.paid', 'paid', 'payment.confirmed', '49.9'],
    ['payment.failed', 'failed', 'payment.failed', null],
    ['payment.canceled', 'canceled', 'payment.canceled', null],
    ['payment.expired', 'expired', 'payment.expired', null],
    ['payment.someday', 'paid', 'mollie.payment.someday', null],
  ])('%s, that reads %s', async (name, status, type, amount) => {
    const found = await become(event(name, paid({ status })))
    expect([found.type, found.received?.amount ?? null]).toEqual([type, amount])
  })

  test('its total is dated by the event', async () => {
    const at = '2026-11-25T10:30:01.000Z'
    const found = await become(event('payment.paid', paid()))
    expect(found).toMatchObject({ received: { asOf: at, basis: 'total' }, refund: { asOf: at }, orderId: 'ORDER-1001' })
  })

  test.each([
    ['payment.paid', 'failed', 'payment.failed'],
    ['payment.authorized', 'canceled', 'payment.canceled'],
  ])('%s, that was given up since (%s), is not shipped', async (name, status, type) => {
    expect(await become(event(name, paid({ status })))).toMatchObject({ type, received: null })
  })

  test.each([
    [{ amountRefunded: eur('49.90') }, 'payment.refunded'],
    [{ amountChargedBack: eur('49.90') }, 'dispute.opened'],
    [{ amountRefunded: eur('49.89') }, 'payment.confirmed'],
    [{ amountChargedBack: eur('10.00') }, 'payment.confirmed'],
  ])('payment.paid with %j', async (totals, type) => {
    expect((await become(event('payment.paid', paid(totals)))).type).toBe(type)
  })

  test.each(['open', 'authorized'])('payment.paid that contradicts its payment (%s) is never money', async (status) => {
    expect(await refusalOf(signed(), JSON.stringify(event('payment.paid', paid({ status }))))).toBe('PAYLOAD_INVALID')
  })

  test('of the other mode is no money', async () => {
    const found = await become(event('payment.paid', paid({ mode: 'test' })))
    expect(found).toMatchObject({ type: 'mollie.test.payment.paid', received: null })
  })

  test('without an amount is kept for the operator', async () => {
    expect(await refusalOf(signed(), JSON.stringify(event('payment.paid', paid({ amount: null }))))).toBe(
      'PAYLOAD_INVALID',
    )
  })
})

describe('an event about a refund', () => {
  const refund = (rest: object = {}) => ({
    resource: 'refund',
    id: 're_1',
    mode: 'live',
    amount: eur('15.00'),
    metadata: null,
    status: 'refunded',
    paymentId: ID,
    ...rest,
  })

  test.each([
    ['refund.queued', 'refund.pending'],
    ['refund.pending', 'refund.pending'],
    ['refund.processing', 'refund.pending'],
    ['refund.refunded', 'refund.confirmed'],
    ['refund.failed', 'refund.failed'],
    ['refund.canceled', 'refund.failed'],
  ])('%s', async (name, type) => {
    expect(await become(event(name, refund(), { entityId: 're_1' }))).toMatchObject({
      type,
      orderId: null,
      paymentId: ID,
      received: null,
      refund: { id: 're_1', amount: '15', currency: 'EUR', basis: 'refund' },
      occurredAt: '2026-11-25T10:30:01.000Z',
    })
  })

  test('finds its order by the payment: its metadata is its own', async () => {
    expect(await become(event('refund.refunded', refund({ metadata: 'damaged' })))).toMatchObject({ orderId: null })
  })

  test.each([
    ['of the other mode', 'refund.refunded', { mode: 'test' }, 'mollie.test.refund.refunded'],
    ['that is not known', 'refund.someday', {}, 'mollie.refund.someday'],
  ])('%s is no money', async (_what, name, rest, type) => {
    expect(await become(event(name, refund(rest)))).toMatchObject({ type, refund: null })
  })
})

describe('an event about a chargeback', () => {
  const entity = {
    resource: 'chargeback',
    ...chargeback('chb_1', '49.90'),
    paymentId: ID,
    reason: { description: 'AC01' },
  }

  test.each([
    ['chargeback.received', 'dispute.opened', true],
    ['chargeback.reversed', 'dispute.won', false],
  ])('%s', async (name, type, withdrawn) => {
    expect(await become(event(name, entity))).toMatchObject({
      type,
      paymentId: ID,
      dispute: { id: 'chb_1', amount: '49.9', currency: 'EUR', withdrawn, reason: 'AC01', respondBy: null },
    })
  })

  test.each([null, '', [], undefined])('may say %j about its reason', async (reason) => {
    expect(await become(event('chargeback.received', { ...entity, reason }))).toMatchObject({ reason: null })
  })

  test('that is not known is no money', async () => {
    expect(await become(event('chargeback.someday', entity))).toMatchObject({ dispute: null })
  })
})

describe('an event without its entity', () => {
  const api = apiServer({
    [`/v2/payments/${ID}?embed=refunds%2Cchargebacks`]: { body: JSON.stringify(paid()) },
    '/v2/payments/tr_open?embed=refunds%2Cchargebacks': {
      body: JSON.stringify(paid({ id: 'tr_open', status: 'open' })),
    },
  })
  const reading = () => signed({ apiKey: KEY, apiUrl: api.url() })

  test('has its payment read, once, by the holder of its claim', async () => {
    const { deliver, events } = receiverOf(reading())
    expect(await deliver(JSON.stringify(event('payment.paid')))).toMatchObject({ kind: 'unhandled' })
    const asked = api.requests.length
    expect(await deliver(JSON.stringify(event('payment.paid')))).toMatchObject({ kind: 'duplicate' })
    expect(api.requests).toHaveLength(asked)
    expect(events).toMatchObject([
      { id: 'mollie:event_1', type: 'payment.confirmed', orderId: 'ORDER-1001', received: { amount: '49.9' } },
    ])
    expect(events[0]?.native).toMatchObject({ type: 'payment.paid', _embedded: { entity: { id: ID, status: 'paid' } } })
  })

  test.each([
    ['reads behind it', 'tr_open', 'READ_BACK_BEHIND'],
    ['is not known', 'tr_unknown', 'READ_BACK_UNAVAILABLE'],
  ])('whose payment %s comes again', async (_what, entityId, code) => {
    const { deliver } = receiverOf(reading())
    const body = JSON.stringify(event('payment.paid', undefined, { entityId }))
    expect(await deliver(body)).toMatchObject({ kind: 'retry_later', error: { code } })
    expect(await deliver(body)).toMatchObject({ kind: 'retry_later', error: { code } })
  })

  test.each([
    ['a payment', 'payment.paid', ID],
    ['a refund', 'refund.refunded', 're_1'],
    ['a chargeback', 'chargeback.received', 'chb_1'],
  ])('and nothing to read it with, about %s, is kept for the operator', async (_what, name, entityId) => {
    const provider = name.startsWith('payment') ? signed() : reading()
    expect(await refusalOf(provider, JSON.stringify(event(name, undefined, { entityId })))).toBe('PAYLOAD_INVALID')
  })

  test.each(['tr_../../customers', 're_1', null, undefined])('never has %j asked for', async (entityId) => {
    const asked = api.requests.length
    expect(await refusalOf(reading(), JSON.stringify(event('payment.paid', undefined, { entityId })))).toBe(
      'PAYLOAD_INVALID',
    )
    expect(api.requests).toHaveLength(asked)
  })
})

describe('any other event', () => {
  test.each(['payment-link.paid', 'sales-invoice.paid', 'payout.completed', 'dispute.created', 'capture.succeeded'])(
    '%s is known by its id, and is no money',
    async (name) => {
      const { deliver, events } = receiverOf(signed())
      const payload = event(name, { id: 'x_1', amount: eur('49.90') })
      await deliver(JSON.stringify(payload))
      expect(await deliver(JSON.stringify({ ...payload, added: true }))).toMatchObject({ kind: 'duplicate' })
      expect(events).toMatchObject([{ type: `mollie.${name}`, received: null, refund: null, dispute: null }])
    },
  )
})
