import { describe, expect, test } from '@jest/globals'
import { coinsPh } from '../../../src/index.js'
import { sample } from '../../../src/testing/index.js'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { fixture, fixtureNames } from '../../support/fixtures.js'

const TOKEN = 'mtk_test_4f1d9a7c2b6e8035'
const create = () => coinsPh({ token: TOKEN })

const PHP = (amount: string) => ({ amount, currency: 'PHP' })

/** File, type, expected amount, received amount. */
const FIXTURES: Record<string, [type: string, amount: string, received: string]> = {
  invoice_created: ['payment.pending', '1500', '0'],
  invoice_created_observed_order: ['payment.pending', '10', '0'],
  invoice_payment_reference_number_generated: ['payment.pending', '1500', '0'],
  invoice_updated_no_payment: ['payment.pending', '1500', '0'],
  invoice_updated_partial_1: ['payment.partially_paid', '1500', '500'],
  invoice_updated_partial_2: ['payment.partially_paid', '1500', '1200.5'],
  invoice_updated_full_amount: ['payment.detected', '1500', '1500'],
  invoice_fully_paid: ['payment.confirmed', '1500', '1500'],
  invoice_fully_paid_numeric_id: ['payment.confirmed', '100', '100'],
  invoice_fully_paid_overpaid: ['payment.confirmed', '1500', '1500.75'],
  invoice_fully_paid_short_amount: ['payment.confirmed', '1500', '1499.99'],
  payment_request_invoice_fully_paid: ['payment.confirmed', '20', '20'],
}

describe('coinsPh', () => {
  test('every payload file is described below', () => {
    expect(fixtureNames('coins-ph').sort()).toEqual(Object.keys(FIXTURES).sort())
  })

  for (const [name, [type, amount, received]] of Object.entries(FIXTURES)) {
    test(`${name} is ${type}, ${received} of ${amount}`, async () => {
      const event = await eventOf(create(), fixture('coins-ph', name))
      expect(event).toMatchObject({
        type,
        provider: 'coins-ph',
        expected: PHP(amount),
        received: { ...PHP(received), basis: 'total' },
        transaction: null,
        occurredAt: null,
      })
    })
  }

  test('the payment is the invoice and the order is the external transaction id', async () => {
    const event = await eventOf(create(), fixture('coins-ph', 'invoice_fully_paid'))
    expect(event).toMatchObject({ paymentId: '3f9a1c7be2d84056a7b1c2d3e4f50617', orderId: 'ORDER-20240605-0042' })
    expect(event.native).toEqual({
      event: {
        name: 'invoice.fully_paid',
        data: {
          id: '3f9a1c7be2d84056a7b1c2d3e4f50617',
          currency: 'PHP',
          amount: '1500',
          amount_received: '1500',
          external_transaction_id: 'ORDER-20240605-0042',
        },
      },
    })
  })

  test.each([null, '', undefined])('an external transaction id of %p leaves the order unknown', async (id) => {
    const payload = sample('coins-ph', 'payment.confirmed', { event: { data: { external_transaction_id: id } } })
    expect(await eventOf(create(), JSON.stringify(payload))).toMatchObject({ orderId: null })
  })

  test.each(['invoice.created', 'invoice.payment_reference_number_generated'])(
    '%s announces no money, also after a part payment',
    async (name) => {
      const payload = sample('coins-ph', 'payment.pending', { event: { name, data: { amount_received: '500' } } })
      expect(await eventOf(create(), JSON.stringify(payload))).toMatchObject({
        type: 'payment.pending',
        received: PHP('500'),
      })
    },
  )

  test('two part payments of one invoice are two events', async () => {
    const receiver = receiverOf(create())
    await receiver.deliver(fixture('coins-ph', 'invoice_updated_partial_1'))
    await receiver.deliver(fixture('coins-ph', 'invoice_updated_partial_2'))
    expect(receiver.events.map(({ received }) => received?.amount)).toEqual(['500', '1200.5'])
  })

  test.each(['1500', '1500.0', '1500.00000000'])('an amount written %s is the same event', async (amount) => {
    const receiver = receiverOf(create())
    await receiver.deliver(fixture('coins-ph', 'invoice_fully_paid'))
    const outcome = await receiver.deliver(
      fixture('coins-ph', 'invoice_fully_paid').toString().replaceAll('"1500"', `"${amount}"`),
    )
    expect(outcome.kind).toBe('duplicate')
  })

  test('an unknown event name goes to onUnhandled under its own name', async () => {
    const body = JSON.stringify({ event: { name: 'invoice.disputed', data: { anything: [1] } } })
    expect(await eventOf(create(), body)).toMatchObject({
      type: 'coins-ph.invoice.disputed',
      orderId: null,
      native: { event: { name: 'invoice.disputed', data: { anything: [1] } } },
    })
  })

  test.each(['token mtk_test_4f1d9a7c2b6e8035', 'TOKEN mtk_test_4f1d9a7c2b6e8035'])(
    '%s is accepted: a scheme has no case',
    async (authorization) => {
      const outcome = await receiverOf(create()).deliver(fixture('coins-ph', 'invoice_created'), { authorization })
      expect(outcome.kind).toBe('unhandled')
    },
  )

  test.each([
    'Token  mtk_test_4f1d9a7c2b6e8035',
    'Tokenmtk_test_4f1d9a7c2b6e8035',
    'Token undefined',
    'Token Token mtk_test_4f1d9a7c2b6e8035',
  ])('%s is refused', async (authorization) => {
    expect(await refusalOf(create(), fixture('coins-ph', 'invoice_created'), { authorization })).toMatch(/^AUTH_/)
  })

  test('both tokens are accepted while they are rotated', async () => {
    const provider = coinsPh({ token: ['mtk_live_new_71e0b2c9d4', TOKEN] })
    for (const token of ['mtk_live_new_71e0b2c9d4', TOKEN]) {
      const outcome = await receiverOf(provider).deliver(fixture('coins-ph', 'invoice_created'), {
        authorization: `Token ${token}`,
      })
      expect(outcome.kind).toBe('unhandled')
    }
  })
})
