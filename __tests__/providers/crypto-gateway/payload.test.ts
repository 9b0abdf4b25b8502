/** The names that the gateway's pages give to the same field, and the message about a wrong signature. */
import { describe, expect, test } from '@jest/globals'
import { createHmac } from 'node:crypto'
import { cryptoGateway, type Delivery, type HeaderAuthentication } from '../../../src/index.js'
import { eventOf, proofOf, receiverOf, refusalOf } from '../../support/deliver.js'

const SECRET = 'whsec_test_2b7d9e4f60a1c835'
const RETIRED = 'whsec_test_9c1e5a7720d4b3f8'
const NOW = 1_735_733_700_000
const TIMESTAMP = String(NOW / 1000)

const at = (second: number) => `2025-01-01T12:15:0${second}.000Z`
const provider = () => cryptoGateway({ secret: SECRET })
const envelope = (event: string, data: object, rest: object = {}) => JSON.stringify({ event, data, ...rest })
const eventWith = (event: string, data: object, rest?: object) => eventOf(provider(), envelope(event, data, rest))
const base = { id: 'tx1', amount: '1', coin: 'USDT' }

describe('a transaction', () => {
  test.each([
    [{ address_id: 'a', address: 'b', to_address: 'c' }, 'a'],
    [{ address: 'b', to_address: 'c' }, 'b'],
    [{ to_address: 'c' }, 'c'],
    [{}, null],
  ])('of %p is about the payment %p', async (data, paymentId) => {
    expect(await eventWith('transaction.confirmed', { ...base, ...data })).toMatchObject({ paymentId })
  })

  test.each([
    [
      { id: 'tx1', txId: '0xa', hash: '0xb' },
      { id: 'tx1', hash: '0xb' },
    ],
    [
      { id: 'tx1', txId: '0xa' },
      { id: 'tx1', hash: '0xa' },
    ],
    [
      { id: undefined, txId: '0xa', hash: '0xb', address: 'w' },
      { id: '0xa', hash: '0xb' },
    ],
    [
      { id: undefined, hash: '0xb', address: 'w' },
      { id: '0xb', hash: '0xb' },
    ],
    [{ id: 'tx1' }, { id: 'tx1', hash: null }],
  ])('of %p is %p', async (data, transaction) => {
    expect(await eventWith('transaction.confirmed', { ...base, ...data })).toMatchObject({ transaction })
  })

  test.each([
    [
      { txId: '0xa', hash: '0xb', address: 'w', to_address: 'x', address_id: 'y' },
      'crypto-gateway:transaction.confirmed:0xa:w:USDT',
    ],
    [{ hash: '0xb', to_address: 'x', address_id: 'y' }, 'crypto-gateway:transaction.confirmed:0xb:x:USDT'],
    [{ hash: '0xb', address_id: 'y', coin: undefined }, 'crypto-gateway:transaction.confirmed:0xb:y:'],
  ])('without an id, of %p, is told apart as %p', async (data, id) => {
    expect(await eventWith('transaction.confirmed', { ...base, id: undefined, ...data })).toMatchObject({ id })
  })

  test.each([{ address: 'w' }, { hash: '0xb' }, { txId: '0xa' }])('of %p alone cannot be told apart', async (data) => {
    const outcome = await receiverOf(provider()).deliver(envelope('transaction.confirmed', { amount: '1', ...data }))
    expect(outcome.error).toMatchObject({
      code: 'PAYLOAD_INVALID',
      message: expect.stringContaining('neither id, nor txId or hash with an address'),
    })
  })

  test.each([
    ['transaction.detected', at(3)],
    ['transaction.confirmed', at(1)],
    ['transaction.failed', at(2)],
  ])('%s happened when its own field says', async (name, occurredAt) => {
    const data = { ...base, confirmed_at: at(1), failed_at: at(2), created_at: at(4) }
    expect(await eventWith(name, data, { timestamp: at(3) })).toMatchObject({ occurredAt })
    expect(await eventWith(name, { ...base, created_at: at(4) })).toMatchObject({ occurredAt: at(4) })
    expect(await eventWith(name, base)).toMatchObject({ occurredAt: null })
  })

  test.each([
    [{ error: 'no gas', failure_reason: 'reverted' }, 'no gas'],
    [{ failure_reason: 'reverted' }, 'reverted'],
    [{}, null],
  ])('of %p failed because of %p', async (data, reason) => {
    expect(await eventWith('transaction.failed', { ...base, ...data })).toMatchObject({ reason })
  })

  test.each([
    [{ order_id: 'A-1' }, 'A-1'],
    [{ order_id: 42 }, '42'],
    [{ order_id: '' }, null],
    [{ order_id: null }, null],
    [{ order_id: { id: 1 } }, null],
    [{ order_id: ['A-1'] }, null],
    [{ order_id: 1.5 }, null],
    [{ order_id: 'A\n1' }, null],
    [{}, null],
    [null, null],
    [[], null],
    [['A-1'], null],
    ['', null],
    ['A-1', null],
    [1, null],
  ])('with the metadata %p is for the order %p', async (metadata, orderId) => {
    expect(await eventWith('transaction.confirmed', { ...base, metadata })).toMatchObject({ orderId })
  })

  test.each([{ metadata: [] }, { metadata: 'A-1' }, { from_address: {} }, { block_number: 'latest' }])(
    'with %p is read all the same, and what cannot be used is null',
    async (fields) => {
      const [name] = Object.keys(fields)
      const event = await eventWith('transaction.confirmed', { ...base, ...fields })
      expect(event).toMatchObject({ type: 'transaction.confirmed', native: { [name!]: null } })
    },
  )

  test.each(['transaction.detected', 'transaction.confirmed', 'transaction.failed'])(
    '%s that leaves reaches no handler of incoming money',
    async (name) => {
      expect((await eventWith(name, { ...base, type: 'outgoing' })).type).toBe(`crypto-gateway.${name}`)
      expect((await eventWith(name, { ...base, type: 'Incoming' })).type).toBe(name)
    },
  )
})

describe('the direction of a transaction', () => {
  test.each([[undefined], [null], ['incoming'], ['INCOMING']])('%p is a customer paying', async (type) => {
    expect((await eventWith('transaction.confirmed', { ...base, type })).type).toBe('transaction.confirmed')
  })

  test.each([
    ['outgoing', 'outgoing'],
    ['internal', 'internal'],
    [' incoming', ' incoming'],
    ['x'.repeat(101), 'x'.repeat(100)],
    ...['', ['outgoing'], ['incoming'], {}, 1, 0, false].map((type) => [type, '']),
  ])('%p is not, and the handler is told %p', async (type, told) => {
    expect(await eventWith('transaction.confirmed', { ...base, type })).toMatchObject({
      type: 'crypto-gateway.transaction.confirmed',
      native: { type: told },
    })
  })
})

describe('the name of an event', () => {
  const named = (fields: object) => JSON.stringify({ data: base, ...fields })
  const [name, other] = ['transaction.confirmed', 'transaction.failed']

  test.each([
    { event: name, type: null },
    { event: name, type: 3 },
    { event: name, type: '' },
    { event: name, type: other },
    { event: name, type: 'x'.repeat(101) },
    { event: null, type: name },
    { event: '', type: name },
    { event: 3, type: name },
    { type: name },
  ])('in %p is found', async (fields) => {
    expect((await eventOf(provider(), named(fields))).type).toBe(name)
  })

  test.each([
    {},
    { event: null, type: 'incoming' },
    { event: '', type: null },
    { event: [name], type: 3 },
    { event: 'x'.repeat(101), type: name },
  ])('in %p is not', async (fields) => {
    expect((await receiverOf(provider()).deliver(named(fields))).error).toMatchObject({
      code: 'PAYLOAD_INVALID',
      message: 'the body names no event',
    })
  })

  test('may have a hundred characters', async () => {
    const event = 'x'.repeat(100)
    expect((await eventOf(provider(), named({ event }))).type).toBe(`crypto-gateway.${event}`)
  })
})

describe('an event nobody knows', () => {
  test('is told from another one by its time as well, and from its repetition by nothing', async () => {
    const receiver = receiverOf(provider())
    const kinds: string[] = []
    for (const timestamp of [at(1), at(2), at(1)]) {
      const outcome = await receiver.deliver(envelope('address.archived', { id: 'a' }, { timestamp }))
      kinds.push(outcome.kind)
    }
    expect(kinds).toEqual(['unhandled', 'unhandled', 'duplicate'])
    expect(receiver.events[0]?.native).toEqual({ event: 'address.archived', data: { id: 'a' }, timestamp: at(1) })
  })
})

describe('a withdrawal', () => {
  test.each(['network', 'to_address', 'hash', 'transaction_hash'])('of an unusable %s is read', async (field) => {
    const event = await eventWith('withdrawal.completed', { id: 'wd1', [field]: {} })
    expect(event.native).toMatchObject({ id: 'wd1', [field]: null })
  })

  test.each(['withdrawal.created', 'withdrawal.completed', 'withdrawal.status_changed'])('%s', async (name) => {
    const data = { id: 'wd1', status: 'sent', created_at: at(4) }
    expect(await eventWith(name, data)).toMatchObject({
      id: `crypto-gateway:${name}:wd1:sent`,
      type: `crypto-gateway.${name}`,
      paymentId: 'wd1',
      received: null,
      occurredAt: at(4),
    })
    expect(await eventWith(name, data, { timestamp: at(3) })).toMatchObject({ occurredAt: at(3) })
    expect(await eventWith(name, { ...data, completed_at: at(1) }, { timestamp: at(3) })).toMatchObject({
      occurredAt: at(1),
    })
    expect(await eventWith(name, { id: 'wd1' })).toMatchObject({ id: `crypto-gateway:${name}:wd1:`, occurredAt: null })
  })
})

describe('an address', () => {
  test.each(['address.created', 'address.balance_updated', 'balance.updated'])('%s', async (name) => {
    const of = (data: object, rest?: object) => eventWith(name, data, rest)
    expect(await of({ id: 'a', address_id: 'b', address: 'c' })).toMatchObject({
      type: `crypto-gateway.${name}`,
      paymentId: 'a',
      received: null,
      occurredAt: null,
    })
    expect(await of({ address_id: 'b', address: 'c' })).toMatchObject({ paymentId: 'b' })
    expect(await of({ address: 'c' }, { timestamp: at(3) })).toMatchObject({ paymentId: 'c', occurredAt: at(3) })
    expect(await of({ id: 'a', updated_at: at(1) }, { timestamp: at(3) })).toMatchObject({ occurredAt: at(1) })
    const nameless = await receiverOf(provider()).deliver(envelope(name, { coin: 'BTC' }))
    expect(nameless.error).toMatchObject({ code: 'PAYLOAD_INVALID', message: 'data: neither id nor address' })
  })

  test.each([{ balance: [] }, { balance: '' }, { balance: null }, { previous_balance: { total: null } }])(
    'with the balances %p has changed all the same',
    async (balances) => {
      const event = await eventWith('address.balance_updated', { id: 'a', ...balances })
      expect(event.type).toBe('crypto-gateway.address.balance_updated')
    },
  )

  test('of a balance that is no amount is refused: it may be all that tells two changes apart', async () => {
    const body = envelope('address.balance_updated', { id: 'a', balance: { total: '1,5' } })
    expect(await refusalOf(provider(), body)).toBe('PAYLOAD_INVALID')
  })

  test('is created once, and changes as often as its balance does', async () => {
    const created = (available: string) => eventWith('address.created', { id: 'a', coin: 'BTC', available })
    const changed = (available: string, rest: object = {}) =>
      eventWith('balance.updated', { id: 'a', available, ...rest })
    expect((await created('1')).id).toBe('crypto-gateway:address.created:a:BTC:')
    expect((await created('2')).id).toBe('crypto-gateway:address.created:a:BTC:')
    expect((await eventWith('address.created', { id: 'a' })).id).toBe('crypto-gateway:address.created:a::')
    expect((await changed('1')).id).not.toBe((await changed('2')).id)
    expect((await changed('1')).id).toBe((await changed('1')).id)
    expect((await changed('1', { updated_at: at(1) })).id).toBe((await changed('2', { updated_at: at(1) })).id)
  })
})

describe('a wrong signature, explained', () => {
  const body = Buffer.from(envelope('transaction.confirmed', base))
  const sign = (message: string, key = SECRET) => `sha256=${createHmac('sha256', key).update(message).digest('hex')}`
  const gatewayWith = (mode: 'body' | 'timestamped') =>
    cryptoGateway({ secret: SECRET, retired: RETIRED, mode, now: () => NOW }).authentication as HeaderAuthentication
  const explain = (mode: 'body' | 'timestamped', headers: Delivery['headers']) =>
    gatewayWith(mode).explain!({ body, headers })

  test('of an account in the other mode', () => {
    const stamped = sign(TIMESTAMP + body.toString())
    expect(explain('body', { 'x-gateway-signature': stamped, 'x-gateway-timestamp': TIMESTAMP })).toBe(
      "this account signs the x-gateway-timestamp header with the body: set mode to 'timestamped'",
    )
    expect(explain('body', { 'x-gateway-signature': stamped })).toBeNull()
    expect(explain('timestamped', { 'x-gateway-signature': sign(body.toString()) })).toBe(
      "this account signs the body alone: set mode to 'body'",
    )
  })

  test('made with a retired secret', () => {
    const retired = 'the signature was made with a retired secret: the sender does not have the new one yet'
    expect(explain('body', { 'x-gateway-signature': sign(body.toString(), RETIRED) })).toBe(retired)
    expect(explain('body', { 'x-gateway-signature': sign(body.toString(), RETIRED), 'x-gateway-timestamp': '1' })).toBe(
      retired,
    )
    const stamped = sign(TIMESTAMP + body.toString(), RETIRED)
    expect(explain('timestamped', { 'x-gateway-signature': stamped, 'x-gateway-timestamp': TIMESTAMP })).toBe(retired)
    expect(explain('timestamped', { 'x-gateway-signature': 'x' })).toBeNull()
  })

  test.each([
    ['1735733', 'AUTH_TIMESTAMP_MALFORMED', 'the time stamp is not a Unix time in seconds'],
    [`${TIMESTAMP}0`, 'AUTH_TIMESTAMP_MALFORMED', 'is not a Unix time'],
    [` ${TIMESTAMP}`, 'AUTH_TIMESTAMP_MALFORMED', 'is not a Unix time'],
    [String(NOW / 1000 - 301), 'AUTH_TIMESTAMP_STALE', 'the time stamp is 301 s old, and at most 300 s are allowed'],
  ])('the timestamp %p is %s', (timestamp, code, message) => {
    const { authentication } = cryptoGateway({ secret: SECRET, mode: 'timestamped', now: () => NOW })
    const headers = { 'x-gateway-signature': sign(timestamp + body.toString()), 'x-gateway-timestamp': timestamp }
    expect(() => (authentication as HeaderAuthentication).verify({ body, headers })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  test('signs with the clock it was given, in whole seconds', () => {
    const provider = cryptoGateway({ secret: SECRET, mode: 'timestamped', now: () => NOW + 999 })
    expect(proofOf(provider, body)).toEqual({
      'x-gateway-timestamp': TIMESTAMP,
      'x-gateway-signature': sign(TIMESTAMP + body.toString()),
    })
  })

  test.each([
    [
      { mode: 'headers' },
      'CONFIG_OPTION_INVALID',
      expect.stringMatching(
        /^cryptoGateway: mode must be 'body' or 'timestamped' \(see .*errors\.md#config_option_invalid\)$/,
      ),
    ],
    [
      { secret: '', mode: 'timestamped' },
      'CONFIG_SECRET_MISSING',
      expect.stringMatching(/^cryptoGateway: secret is missing/),
    ],
  ])('the options %p', (options, code, message) => {
    expect(() => cryptoGateway({ secret: SECRET, ...options } as never)).toThrow(
      expect.objectContaining({ code, message }),
    )
  })
})
