import { describe, expect, test } from '@jest/globals'
import { cryptoGateway } from '../../../src/index.js'
import { sample } from '../../../src/testing/index.js'
import { eventOf, proofOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { fixture, fixtureNames } from '../../support/fixtures.js'

const SECRET = 'whsec_test_2b7d9e4f60a1c835'
const NOW = 1_735_733_700_000
const create = () => cryptoGateway({ secret: SECRET })

const HASH = '0x8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516'
const SECOND_HASH = '0x1d2e3f405162738495a6b7c8d9eafb0c1d2e3f405168c4f1f6b2a7d9e03c5b8a'
const USDT = (amount: string) => ({ amount, currency: 'USDT', basis: 'transaction' })
const chain = { id: 'tx_7f3a9c21d4', hash: HASH, network: 'ethereum' }
const order = { orderId: 'ORDER_20240605_0042', paymentId: 'addr_5b1e9c7d3f20' }
const wallet = '0x9b2F4c7d1E3a5068C1d2E3f4A5b6C7d8E9f00112'

const FIXTURES: Record<string, object> = {
  transaction_detected: {
    type: 'transaction.detected',
    ...order,
    transaction: { ...chain, confirmations: 0 },
    received: USDT('100.5'),
  },
  transaction_detected_guide_shape: {
    type: 'transaction.detected',
    orderId: null,
    paymentId: wallet,
    transaction: { ...chain, confirmations: 0 },
  },
  transaction_confirmed: {
    type: 'transaction.confirmed',
    orderId: null,
    paymentId: 'addr_5b1e9c7d3f20',
    transaction: { ...chain, confirmations: 12 },
    received: USDT('100.5'),
    occurredAt: '2025-01-01T12:15:00.000Z',
  },
  transaction_confirmed_with_metadata: {
    type: 'transaction.confirmed',
    ...order,
    received: USDT('100.5'),
    expected: null,
  },
  transaction_confirmed_guide_shape: {
    type: 'transaction.confirmed',
    paymentId: wallet,
    occurredAt: '2025-01-01T12:15:00.000Z',
  },
  transaction_confirmed_quickstart_shape: {
    type: 'transaction.confirmed',
    paymentId: wallet,
    transaction: { id: HASH, hash: HASH, network: null, confirmations: 12 },
    received: { amount: '1.5', currency: 'ETHEREUM', basis: 'transaction' },
  },
  transaction_confirmed_type_envelope: { type: 'transaction.confirmed', transaction: { ...chain, confirmations: 12 } },
  transaction_confirmed_underpaid: { type: 'transaction.confirmed', ...order, received: USDT('60.25') },
  transaction_confirmed_second_part: {
    type: 'transaction.confirmed',
    ...order,
    received: USDT('40.25'),
    transaction: { id: 'tx_90b2c4d6e8', hash: SECOND_HASH, network: 'ethereum', confirmations: 12 },
  },
  transaction_confirmed_overpaid: { type: 'transaction.confirmed', ...order, received: USDT('120') },
  transaction_confirmed_outgoing: { type: 'crypto-gateway.transaction.confirmed', received: USDT('100.5') },
  transaction_failed: { type: 'transaction.failed', transaction: { ...chain, confirmations: null } },
  transaction_failed_reason_field: { type: 'transaction.failed' },
  address_created: { type: 'crypto-gateway.address.created', paymentId: 'addr_5b1e9c7d3f20', received: null },
  address_balance_updated: {
    type: 'crypto-gateway.address.balance_updated',
    occurredAt: '2025-01-01T12:00:00.000Z',
    received: null,
  },
  address_balance_updated_later: {
    type: 'crypto-gateway.address.balance_updated',
    occurredAt: '2025-01-01T12:15:00.000Z',
    received: null,
  },
  balance_updated: { type: 'crypto-gateway.balance.updated', paymentId: 'addr_5b1e9c7d3f20', received: null },
  withdrawal_created: { type: 'crypto-gateway.withdrawal.created', received: null },
  withdrawal_completed: { type: 'crypto-gateway.withdrawal.completed', received: null },
  withdrawal_status_changed: { type: 'crypto-gateway.withdrawal.status_changed', received: null },
}

/** Delivers payload files to one receiver and answers the result of each. */
async function outcomesOf(...names: string[]): Promise<string[]> {
  const receiver = receiverOf(create())
  const kinds: string[] = []
  for (const name of names) kinds.push((await receiver.deliver(fixture('crypto-gateway', name))).kind)
  return kinds
}

/** Takes a payload through the flow after changing fields of its `data`; undefined removes one. */
const withData = (overrides: Record<string, unknown>) =>
  JSON.stringify(sample('crypto-gateway', 'transaction.confirmed', { data: overrides }))

describe('cryptoGateway', () => {
  test('every payload file is described below', () => {
    expect(fixtureNames('crypto-gateway').sort()).toEqual(Object.keys(FIXTURES).sort())
  })

  for (const [name, expected] of Object.entries(FIXTURES)) {
    test(`${name} becomes the event its documentation describes`, async () => {
      expect(await eventOf(create(), fixture('crypto-gateway', name))).toMatchObject({
        provider: 'crypto-gateway',
        ...expected,
      })
    })
  }

  test.each(['transaction_failed', 'transaction_failed_reason_field'])(
    '%s gives the reason, under either name',
    async (name) => {
      expect((await eventOf(create(), fixture('crypto-gateway', name))).reason).toEqual(expect.any(String))
    },
  )

  test('detected and confirmed of one transaction are two events, in either order', async () => {
    expect(await outcomesOf('transaction_detected', 'transaction_confirmed_with_metadata')).toEqual([
      'unhandled',
      'unhandled',
    ])
    expect(await outcomesOf('transaction_confirmed_with_metadata', 'transaction_detected')).toEqual([
      'unhandled',
      'unhandled',
    ])
  })

  test('two part payments to one address are two events', async () => {
    expect(await outcomesOf('transaction_confirmed_underpaid', 'transaction_confirmed_second_part')).toEqual([
      'unhandled',
      'unhandled',
    ])
  })

  test('two balance changes of one address are two events', async () => {
    expect(
      await outcomesOf('address_balance_updated', 'address_balance_updated_later', 'address_balance_updated'),
    ).toEqual(['unhandled', 'unhandled', 'duplicate'])
  })

  test('a repeat with more confirmations is a duplicate', async () => {
    const receiver = receiverOf(create())
    await receiver.deliver(withData({ confirmations: 12 }))
    expect((await receiver.deliver(withData({ confirmations: 40 }))).kind).toBe('duplicate')
  })

  test('a repeat with another amount is a conflict and has no second effect', async () => {
    const receiver = receiverOf(create())
    await receiver.deliver(withData({ amount: '100.50' }))
    const outcome = await receiver.deliver(withData({ amount: '900.50' }))
    expect(outcome).toMatchObject({ kind: 'unusable', error: { code: 'ID_CONFLICT' } })
    expect(receiver.events).toHaveLength(1)
  })

  test('one chain hash that pays two addresses is two events', async () => {
    const receiver = receiverOf(create())
    for (const address of ['0xaaa', '0xbbb']) await receiver.deliver(withData({ id: undefined, address }))
    expect(receiver.events).toHaveLength(2)
  })

  test('a transaction with neither id nor hash cannot be told from others and is refused', async () => {
    expect(await refusalOf(create(), withData({ id: undefined, hash: undefined }))).toBe('PAYLOAD_INVALID')
  })

  test.each(['outgoing', 'internal', 'OUTGOING', 'something new'])(
    'a %s transaction never has a type that credits an order',
    async (type) => {
      expect((await eventOf(create(), withData({ type }))).type).toBe('crypto-gateway.transaction.confirmed')
    },
  )

  test('without a coin the amount is not stated as received', async () => {
    expect(await eventOf(create(), withData({ coin: undefined }))).toMatchObject({
      received: null,
      native: { amount: '100.5' },
    })
  })

  test('the envelope name in event wins over type', async () => {
    const payload = { ...sample('crypto-gateway', 'transaction.failed'), type: 'transaction.confirmed' }
    expect((await eventOf(create(), JSON.stringify(payload))).type).toBe('transaction.failed')
  })

  test('an envelope type without a dot names no event', async () => {
    const { data } = sample('crypto-gateway', 'transaction.confirmed')
    expect(await refusalOf(create(), JSON.stringify({ type: 'incoming', data }))).toBe('PAYLOAD_INVALID')
  })

  test('an unknown event goes to onUnhandled under its own name', async () => {
    expect((await eventOf(create(), '{"event":"transaction.replaced","data":{}}')).type).toBe(
      'crypto-gateway.transaction.replaced',
    )
  })

  describe('in timestamped mode', () => {
    const timestamped = (now = NOW) => cryptoGateway({ secret: SECRET, mode: 'timestamped', now: () => now })
    const body = fixture('crypto-gateway', 'transaction_confirmed')
    const signed = proofOf(timestamped(), body)

    test.each([-300, 0, 300])('a timestamp %i s off is accepted', async (seconds) => {
      expect((await receiverOf(timestamped(NOW + seconds * 1000)).deliver(body, signed)).kind).toBe('unhandled')
    })

    test.each([-301, 301])('a timestamp %i s off is stale', async (seconds) => {
      expect(await refusalOf(timestamped(NOW + seconds * 1000), body, signed)).toBe('AUTH_TIMESTAMP_STALE')
    })

    test('a body signature without a timestamp is refused', async () => {
      expect(await refusalOf(timestamped(), body, proofOf(create(), body))).toBe('AUTH_HEADER_MISSING')
    })

    test('a digit moved from the timestamp to the body is refused', async () => {
      const moved = { ...signed, 'x-gateway-timestamp': signed['x-gateway-timestamp']!.slice(0, -1) }
      expect(await refusalOf(timestamped(), `0${body.toString()}`, moved)).toBe('AUTH_TIMESTAMP_MALFORMED')
    })
  })
})
