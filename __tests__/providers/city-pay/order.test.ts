/** What is read out of the answers of CityPay's order read, and what a callback may say of it. */
import { describe, expect, test } from '@jest/globals'
import { cityPay, type WebhookEvent } from 'express-payment-webhooks'
import { readOrder, statusCode, type CityPayOrder } from '../../../src/providers/city-pay/order.js'
import { sample, sampleCityPayOrder } from '../../../src/testing/index.js'
import { eventOf, receiverOf } from '../../support/deliver.js'

const TOKEN = '730914458201'
const { signal } = new AbortController()

const answerWith = (fields: object): object => sampleCityPayOrder('CONFIRMED', undefined, fields)

const read = (answer: unknown): Promise<CityPayOrder> => readOrder(async () => answer, TOKEN, signal)

const deliver = (answer: object, fields: object = {}) => {
  const provider = cityPay({ orderToken: () => TOKEN, readBack: async () => answer })
  return receiverOf(provider).deliver(JSON.stringify({ ...sample('city-pay', 'CONFIRMED'), ...fields }))
}

describe('an order as it reads back', () => {
  test('is asked for with the token and the signal of the delivery', async () => {
    const calls: unknown[] = []
    const ask = async (...call: unknown[]) => {
      calls.push(call)
      return answerWith({})
    }
    await readOrder(ask, TOKEN, signal)
    expect(calls).toEqual([[TOKEN, { signal }]])
  })

  test('may be given as text, bytes or an object', async () => {
    const answer = answerWith({})
    const text = JSON.stringify(answer)
    expect(await read(text)).toEqual(await read(answer))
    expect(await read(new TextEncoder().encode(text))).toEqual(await read(answer))
  })

  test.each([
    { what: 'both names', fields: { coinBaseName: 'btc', coin: 'BTC-segwit' }, coin: 'btc' },
    { what: 'one name', fields: { coinBaseName: undefined, coin: 'BTC-segwit' }, coin: 'BTC-segwit' },
    { what: 'a number beside the name', fields: { coinBaseName: 1, coin: 'btc' }, coin: 'btc' },
    { what: 'no name', fields: { coinBaseName: null, coin: { id: 1 } }, coin: null },
  ])('its coin, of $what: $coin', async ({ fields, coin }) => {
    expect((await read(answerWith(fields))).coin).toBe(coin)
  })

  test.each([undefined, null, []])('without transactions (%p) nothing was received', async (transactions) => {
    expect(await read(answerWith({ transactions }))).toMatchObject({ received: null, transactions: [] })
  })

  test('transactions are listed by time, then by hash, then by id', async () => {
    const at = (second: number) => `2025-03-04T10:09:0${second}.000Z`
    const transactions = [
      { id: '3', hash: 'b', amountFiat: '1', createdAt: at(1) },
      { id: '5', hash: 'a', amountFiat: '1', createdAt: at(2) },
      { id: '2', hash: 'a', amountFiat: '1', createdAt: at(1) },
      { id: '1', hash: 'a', amountFiat: '1', createdAt: at(1) },
      { id: '4', hash: 'z', amountFiat: '1' },
      { amountFiat: '1' },
      { id: '0', amountFiat: '1', createdAt: at(1) },
      { hash: 'a', amountFiat: '1', createdAt: at(1) },
    ]
    for (const list of [transactions, transactions.toReversed()]) {
      const order = await read(answerWith({ transactions: list }))
      expect(order.transactions.map(({ id }) => id)).toEqual([null, '4', '0', null, '1', '2', '3', '5'])
      expect(order.received).toBe('8')
    }
  })

  const [a, b] = ['7e0b4c93', '4d9b07e1']
  test.each([
    { what: 'an id given again', list: [{ id: 1 }, { id: '1' }], received: '10' },
    { what: 'an id given again beside another hash', list: [{ id: 1, hash: a }, { id: 1 }], received: '10' },
    { what: 'no id, and a hash given again', list: [{ hash: a }, { hash: a }, { hash: b }], received: '20' },
    { what: 'a hash with another amount', list: [{ hash: a }, { hash: a, amountFiat: '5.00' }], received: '15' },
    {
      what: 'a hash under another id',
      list: [
        { id: 1, hash: a },
        { id: 2, hash: a },
      ],
      received: '20',
    },
    { what: 'neither id nor hash', list: [{}, {}], received: '20' },
  ])('a transaction counts once: $what', async ({ list, received }) => {
    const transactions = list.map((fields) => ({ amountFiat: '10.00', ...fields }))
    for (const listed of [transactions, transactions.toReversed()]) {
      expect((await read(answerWith({ transactions: listed }))).received).toBe(received)
    }
  })

  test('a transaction listed again makes no other event', async () => {
    const once = { id: 1, hash: 'a', amountFiat: '50.00', createdAt: '2025-03-04T10:09:00Z' }
    const listed = [[once], [once, once]]
    const provider = cityPay({
      orderToken: () => TOKEN,
      readBack: async () => answerWith({ transactions: listed.shift() }),
    })
    const receiver = receiverOf(provider)
    await receiver.deliver(JSON.stringify(sample('city-pay', 'CONFIRMED')))
    expect((await receiver.deliver(JSON.stringify(sample('city-pay', 'CONFIRMED')))).kind).toBe('duplicate')
  })

  test.each([
    {
      what: 'milliseconds count first',
      fields: { createdAtMiliseconds: 1741082940000, createdAt: '2020-01-01T00:00:00Z' },
    },
    { what: 'a text counts where there are none', fields: { createdAt: '2025-03-04T10:09:00Z' } },
  ])('the time of a transaction: $what', async ({ fields }) => {
    const order = await read(answerWith({ transactions: [{ id: 1, amountFiat: '50.00', ...fields }] }))
    expect(order.transactions).toEqual([{ id: '1', hash: null, amount: '50', createdAt: '2025-03-04T10:09:00.000Z' }])
  })

  test.each([
    { base: '50.00', total: '70.00' },
    { base: '', total: '50.00' },
    { base: null, total: '50.00' },
    { total: '50.00' },
  ])('a transaction of %p brought 50', async (amountFiat) => {
    expect(await read(answerWith({ transactions: [{ id: 1, amountFiat }] }))).toMatchObject({ received: '50' })
  })

  test.each([
    { currency: 'usd', amountFiat: '50.00' },
    { currency: { abbreviation: 'USD' }, amountFiat: 50 },
  ])('its price, written as %p', async (fields) => {
    expect(await read(answerWith(fields))).toMatchObject({ currency: 'USD', amount: '50' })
  })

  test.each([
    ['a status longer than any', { status: 'x'.repeat(101) }],
    ['a status code longer than any', { status: { code: 'x'.repeat(101) } }],
    ['a transaction without an amount', { transactions: [{ id: 1, amountFiat: {} }] }],
    [
      'an amount that cannot be read beside a total',
      { transactions: [{ amountFiat: { base: '1,5', total: '50.00' } }] },
    ],
    [
      'two amounts of one transaction',
      {
        transactions: [
          { id: 1, amountFiat: '50.00' },
          { id: 1, amountFiat: '20.00' },
        ],
      },
    ],
  ])('is not taken with %s', async (_, fields) => {
    await expect(read(answerWith(fields))).rejects.toMatchObject({
      code: 'READ_BACK_UNAVAILABLE',
      message: expect.stringContaining('the order could not be read back from CityPay; nothing was recorded'),
      cause: expect.anything(),
    })
  })

  test('with two amounts of one transaction says so', async () => {
    const transactions = ['50.00', '20.00'].map((amountFiat) => ({ id: 1, amountFiat }))
    await expect(read(answerWith({ transactions }))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('one transaction is listed with two amounts') },
    })
  })

  test('is not taken for another one', async () => {
    await expect(read(answerWith({ token: '1' }))).rejects.toMatchObject({
      code: 'READ_BACK_MISMATCH',
      message: expect.stringContaining('CityPay answered another order than the one requested'),
    })
  })
})

describe('what kept an order from being read', () => {
  const token = '7309/1445'
  const quoting = (text = `GET /order/${token} and /order/7309%2F1445`, options?: ErrorOptions) =>
    new TypeError(text, options)
  const causeOf = async (failure: unknown): Promise<Error> => {
    const reading = readOrder(() => Promise.reject(failure), token, signal)
    return await reading.then(
      () => new Error('it was read'),
      (error: unknown) => error as Error,
    )
  }

  test('is told without the token, in any of its fields', async () => {
    const { cause } = await causeOf(quoting())
    expect(cause).toMatchObject({ name: 'TypeError', message: 'GET /order/[token] and /order/[token]' })
    expect((cause as Error).cause).toBeUndefined()
    expect((cause as Error).stack).toMatch(/^TypeError: GET .order.\[token\] and .order.\[token\]\n +at /)
  })

  test('may have no stack', async () => {
    const { cause } = await causeOf(Object.assign(quoting(), { stack: undefined }))
    expect((cause as Error).stack).toBe('')
  })

  test('is told with its causes, to a depth of five', async () => {
    let failure = quoting()
    for (let depth = 0; depth < 9; depth++) failure = quoting(`${depth} ${token}`, { cause: failure })
    const messages: string[] = []
    for (let { cause } = await causeOf(failure); cause !== undefined; { cause } = cause as Error)
      messages.push((cause as Error).message)
    expect(messages).toEqual(['8 [token]', '7 [token]', '6 [token]', '5 [token]', '4 [token]'])
  })

  test.each(['7309/1445', undefined, { token }])('may be anything: %p', async (thrown) => {
    expect((await causeOf(thrown)).cause).toMatchObject({ message: 'the thrown value is not an Error' })
  })
})

test.each([
  ['In-progress', 'IN_PROGRESS'],
  [' Paid / Unconfirmed ', 'PAID_UNCONFIRMED'],
  ['Cancelled', 'CANCELED'],
  ['CANCELED', 'CANCELED'],
  ['Phase 2', 'PHASE_2'],
])('the status %p is %s', (status, code) => {
  expect(statusCode(status)).toBe(code)
})

describe('an event of an order', () => {
  const eventWith = async (fields: object): Promise<Partial<WebhookEvent>> =>
    eventOf(
      cityPay({ orderToken: () => TOKEN, readBack: async () => answerWith(fields) }),
      JSON.stringify(sample('city-pay', 'CONFIRMED')),
    )

  test.each([
    { transaction: { id: 7, hash: 'abc' }, id: '7', hash: 'abc' },
    { transaction: { hash: 'abc' }, id: 'abc', hash: 'abc' },
  ])('names its last transaction, of %p', async ({ transaction, id, hash }) => {
    const event = await eventWith({ transactions: [{ ...transaction, amountFiat: '50.00' }] })
    expect(event).toMatchObject({ transaction: { id, hash, network: null, confirmations: null }, occurredAt: null })
  })

  test('names no transaction where CityPay gives it neither an id nor a hash', async () => {
    expect(await eventWith({ transactions: [{ amountFiat: '50.00' }] })).toMatchObject({
      transaction: null,
      received: { amount: '50' },
    })
  })

  test.each([
    { transactions: [{ id: 1, amountFiat: '50.00' }], id: 'city-pay:30412:CONFIRMED:%2050' },
    {
      transactions: ['a', 'b'].map((hash) => ({ hash, amountFiat: '25.00' })),
      id: 'city-pay:30412:CONFIRMED:a%2025:b%2025',
    },
    { transactions: [], id: 'city-pay:30412:CONFIRMED' },
  ])('of $transactions has the id $id', async ({ transactions, id }) => {
    expect(await eventWith({ transactions })).toMatchObject({ id })
  })

  test('without any names none, and says of no money', async () => {
    expect(await eventWith({ transactions: [] })).toMatchObject({ transaction: null, received: null, occurredAt: null })
  })

  test.each([
    { received: '0.00', type: 'payment.pending' },
    { received: '0.01', type: 'payment.partially_paid' },
  ])('in progress with $received received: $type', async ({ received, type }) => {
    const provider = cityPay({
      orderToken: () => TOKEN,
      readBack: async () => sampleCityPayOrder('IN_PROGRESS', received),
    })
    expect((await eventOf(provider, JSON.stringify(sample('city-pay', 'IN_PROGRESS')))).type).toBe(type)
  })
})

describe('a callback beside what reads back', () => {
  const kindOf = async (...call: Parameters<typeof deliver>) => {
    const { kind, error } = await deliver(...call)
    return error === undefined || error === null ? kind : `${error.code}: ${error.message}`
  }

  test.each([
    ['CONFIRMED', 'OVERPAID'],
    ['EXPIRED', 'UNDERPAID'],
    ['CANCELED', 'UNDERPAID'],
    ['PAID_UNCONFIRMED', 'UNDERPAID'],
    ['OVERPAID', 'UNDERPAID'],
    ['UNDERPAID', 'IN_PROGRESS'],
  ] as const)('%s is ahead of %s', async (status, actual) => {
    expect(await kindOf(sampleCityPayOrder(actual), { status })).toContain(
      `READ_BACK_BEHIND: the callback says ${status}, the order read back still says ${actual}`,
    )
  })

  test.each([
    ['OVERPAID', 'PAID_UNCONFIRMED'],
    ['PAID_UNCONFIRMED', 'OVERPAID'],
    ['CONFIRMED', 'EXPIRED'],
    ['EXPIRED', 'CANCELED'],
    ['UNDERPAID', 'UNDERPAID'],
    ['Frozen', 'IN_PROGRESS'],
  ] as const)('%s is not ahead of %s', async (status, actual) => {
    expect(await kindOf(sampleCityPayOrder(actual), { status, received_amount_in_coins: null })).toBe('unhandled')
  })

  test.each([
    { what: 'coins, and none read back', coins: '0.001', paid: undefined, behind: true },
    { what: 'coins, and some read back', coins: '0.001', paid: '10.00', behind: false },
    { what: 'no coins', coins: '0', paid: undefined, behind: false },
    { what: 'no amount', coins: null, paid: undefined, behind: false },
  ])('part payment: $what', async ({ coins, paid, behind }) => {
    const fields = { status: 'IN_PROGRESS', received_amount_in_coins: coins }
    const told = await kindOf(sampleCityPayOrder('IN_PROGRESS', paid), fields)
    expect(told.startsWith('READ_BACK_BEHIND')).toBe(behind)
  })

  test.each([
    { what: 'a status nobody knows', status: 'Frozen', actual: 'IN_PROGRESS' },
    { what: 'an order that is over', status: 'IN_PROGRESS', actual: 'EXPIRED' },
  ] as const)('coins, and none read back, of $what', async ({ status, actual }) => {
    const answer = sampleCityPayOrder(actual, undefined, { transactions: [] })
    expect(await kindOf(answer, { status, received_amount_in_coins: '0.001' })).toBe('unhandled')
  })

  test('another CityPay order than the one stored', async () => {
    expect(await kindOf(answerWith({}), { order_id: '99' })).toContain(
      'READ_BACK_MISMATCH: the callback names another CityPay order than the one stored for this client_order_id',
    )
    expect(await kindOf(answerWith({}), { order_id: null })).toBe('unhandled')
  })
})

describe('options of cityPay', () => {
  test.each([
    [{ orderToken: 't' }, 'cityPay: orderToken must be a function that answers the token stored with an order'],
    [{ orderToken: () => 't', readBack: 'url' }, 'cityPay: readBack must be a function'],
    [{ orderToken: () => 't', allowedIps: ['x'] }, 'cityPay: allowedIps'],
    [{ orderToken: () => 't', retries: 1 }, 'cityPay'],
  ])('%p: %s', (options, message) => {
    expect(() => cityPay(options as never)).toThrow(message)
  })
})

describe('a deposit', () => {
  const provider = cityPay({ orderToken: () => TOKEN, allowedIps: ['127.0.0.1'] })
  const eventWith = (fields: object) =>
    eventOf(provider, JSON.stringify({ ...sample('city-pay', 'deposit PENDING'), ...fields }), '127.0.0.1')
  const [right, misspelt] = ['2025-03-04T10:09:00.000Z', '2025-03-04T10:08:00.000Z']

  test.each([
    [{ created_at: right, crated_at: misspelt }, right],
    [{ created_at: undefined, crated_at: misspelt }, misspelt],
    [{ created_at: undefined, crated_at: undefined }, null],
  ])('of %p happened at %p', async (fields, occurredAt) => {
    expect(await eventWith(fields)).toMatchObject({ occurredAt })
  })

  test.each([
    ['Deposit received', 'DEPOSIT_RECEIVED'],
    [null, ''],
    [undefined, ''],
  ])('whose action is %p is told apart by %p', async (action, told) => {
    const { id } = await eventWith({ action, transaction_id: 'tx1', status: 'Pending' })
    expect(id).toBe(`city-pay:deposit:tx1:PENDING:${told}`)
  })
})
