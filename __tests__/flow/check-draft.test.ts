/** The answer of a provider's `toEvent`, field by field: made canonical, or refused with the name of the field. */
import { describe, expect, test } from '@jest/globals'
import { checkedDraft, checkedName } from '../../src/flow/check-draft.js'
import type { EventDraft } from '../../src/index.js'
import { hmacProvider } from '../support/hmac-provider.js'

const provider = hmacProvider({ name: 'acme' })

const MONEY = { amount: '100.5', currency: 'EUR' }
const VALID = {
  type: 'payment.confirmed',
  identity: ['evt_1'],
  orderId: '1001',
  paymentId: 'pay_1',
  paymentIds: ['pay_1', 'ch_1'],
  transaction: { id: 'tx_1', hash: '0xabc', network: 'bitcoin', confirmations: 6 },
  expected: MONEY,
  received: { ...MONEY, basis: 'total' },
  original: { amount: '0.0014', currency: 'BTC' },
  refund: { ...MONEY, id: 're_1', basis: 'refund' },
  dispute: { ...MONEY, id: 'dp_1', withdrawn: true, reason: 'fraudulent', respondBy: '2025-03-04T10:15:00.000Z' },
  reason: 'as agreed',
  occurredAt: '2025-03-04T10:15:24.000Z',
  native: { a: 1 },
}

const check = (fields: object) => checkedDraft(provider, { ...VALID, ...fields } as unknown as EventDraft)

function faultOf(fields: object): string {
  try {
    return `taken as ${JSON.stringify(check(fields))}`
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
}

test('what is right stays as it is', () => {
  expect(check({})).toEqual(VALID)
  expect(check({ native: VALID.native }).native).toBe(VALID.native)
})

test('what is left out is none', () => {
  const { type, identity, native } = VALID
  const bare = { type, identity, native } as EventDraft
  const none = { orderId: null, paymentId: null, transaction: null, expected: null, received: null, original: null }
  const event = { ...bare, ...none, refund: null, dispute: null, reason: null, occurredAt: null, paymentIds: [] }
  expect(checkedDraft(provider, bare)).toEqual(event)
  expect(
    checkedDraft(provider, { ...bare, ...none, refund: null, dispute: null, reason: null, occurredAt: null }),
  ).toEqual(event)
})

/** A value for a field, and its canonical form. */
const HARMLESS: [field: string, value: unknown, taken: unknown][] = [
  ['identity', [7, 'a'], ['7', 'a']],
  ['identity', ['', 'a'], ['', 'a']],
  ['orderId', 1001, '1001'],
  ['orderId', '', null],
  ['orderId', undefined, null],
  ['paymentId', 9007199254740991, '9007199254740991'],
  ['paymentIds', ['a', null, '', 7], ['a', '7']],
  ['transaction', { id: 7 }, { id: '7', hash: null, network: null, confirmations: null }],
  ['transaction', { ...VALID.transaction, hash: '', confirmations: '6' }, { ...VALID.transaction, hash: null }],
  ['transaction', { ...VALID.transaction, confirmations: 'many' }, { ...VALID.transaction, confirmations: null }],
  ['expected', { amount: '0100.50', currency: 'eur' }, { amount: '100.5', currency: 'EUR' }],
  ['expected', { amount: 100.5, currency: 'Eur' }, { amount: '100.5', currency: 'EUR' }],
  ['expected', { amount: '1e-7', currency: 'btc' }, { amount: '0.0000001', currency: 'BTC' }],
  ['expected', { ...MONEY, note: 'more' }, MONEY],
  ['received', { ...MONEY, basis: 'transaction' }, { ...MONEY, basis: 'transaction' }],
  [
    'received',
    { ...MONEY, basis: 'total', asOf: 1741083324 },
    { ...MONEY, basis: 'total', asOf: '2025-03-04T10:15:24.000Z' },
  ],
  ['received', { amount: '0', currency: 'EUR', basis: 'total' }, { amount: '0', currency: 'EUR', basis: 'total' }],
  ['refund', { ...MONEY, id: '', basis: 'total' }, { ...MONEY, id: null, basis: 'total' }],
  ['refund', { ...MONEY, id: 7, basis: 'refund' }, { ...MONEY, id: '7', basis: 'refund' }],
  [
    'refund',
    { ...MONEY, basis: 'total', asOf: '2025-03-04' },
    { ...MONEY, id: null, basis: 'total', asOf: '2025-03-04T00:00:00.000Z' },
  ],
  ['dispute', { ...VALID.dispute, reason: 7, respondBy: null }, { ...VALID.dispute, reason: null, respondBy: null }],
  ['dispute', { ...VALID.dispute, respondBy: 1741083300 }, VALID.dispute],
  ['reason', 7, null],
  ['reason', undefined, null],
  ['occurredAt', 1741083324, VALID.occurredAt],
  ['occurredAt', 1741083324000, VALID.occurredAt],
  ['occurredAt', '2025-03-04T10:15:24Z', VALID.occurredAt],
  ['occurredAt', '2025-03-04 12:15:24+02:00', VALID.occurredAt],
]

describe('harmless spellings are made canonical', () => {
  test.each(HARMLESS)('%s: %j is %j', (field, value, taken) => {
    expect(check({ [field]: value })).toEqual({ ...VALID, [field]: taken })
  })
})

const money = (field: string): [string, unknown, string][] => {
  const valid = VALID[field as 'received'] as object
  return [
    ...['-100', '1e3', '1,000.00', '1.000,00', ' 1', '', '0x10', 'NaN', '100 EUR', '\u0661', '1'.repeat(21)].map(
      (amount): [string, unknown, string] => [field, { ...valid, amount }, `${field}.amount`],
    ),
    ...[-1, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e21, 0.1 + 0.2, null, undefined, {}, true].map(
      (amount): [string, unknown, string] => [field, { ...valid, amount }, `${field}.amount`],
    ),
    ...['', '€', 'E U R', 'eur\n', 978, null, undefined, 'x'.repeat(33)].map((currency): [string, unknown, string] => [
      field,
      { ...valid, currency },
      `${field}.currency`,
    ]),
    ...['100 EUR', 100, true, []].map((value): [string, unknown, string] => [
      field,
      value,
      Array.isArray(value) ? `${field}.` : `${field} is not an object or null`,
    ]),
  ]
}

const UNSAFE = ['a\nb', 'a\0b', '\ud800', 'x'.repeat(256), 1.5, -0.5, 2 ** 53, true, {}, []]

/** A value for a field, and the field that the refusal names. */
const WRONG: [field: string, value: unknown, named: string][] = [
  ...['payment.paid', 'Payment.Confirmed', '', undefined, null, 7, 'transaction.confirmed', 'other.x'].map(
    (type): [string, unknown, string] => ['type', type, 'type is not one of the types that the provider lists'],
  ),
  ...[
    [],
    [''],
    ['', ''],
    'evt_1',
    undefined,
    null,
    {},
    [null],
    [undefined],
    [{}],
    [1.5],
    [['evt_1']],
    [Number.NaN],
  ].map((identity): [string, unknown, string] => ['identity', identity, 'identity is not a list']),
  ...['orderId', 'paymentId'].flatMap((field) =>
    UNSAFE.map((value): [string, unknown, string] => [field, value, `${field} is not an id or null`]),
  ),
  ...['pay_1', {}, null, 7].map((value): [string, unknown, string] => [
    'paymentIds',
    value,
    'paymentIds is not a list of ids',
  ]),
  ...UNSAFE.map((value): [string, unknown, string] => ['paymentIds', ['pay_1', value], 'paymentIds is not an id']),
  ...['expected', 'received', 'original', 'refund', 'dispute'].flatMap(money),
  ...['totals', '', undefined, null, 7, 'refund'].map((basis): [string, unknown, string] => [
    'received',
    { ...VALID.received, basis },
    'received.basis is not "total" or "transaction"',
  ]),
  ...['transaction', undefined].map((basis): [string, unknown, string] => [
    'refund',
    { ...VALID.refund, basis },
    'refund.basis is not "total" or "refund"',
  ]),
  ['refund', { ...VALID.refund, id: 'a\nb' }, 'refund.id is not an id or null'],
  ['refund', { ...VALID.refund, asOf: 'yesterday' }, 'refund.asOf is not a time'],
  ['received', { ...VALID.received, asOf: '27.11.2026' }, 'received.asOf is not a time'],
  ...[null, undefined, '', 'a\nb'].map((id): [string, unknown, string] => [
    'dispute',
    { ...VALID.dispute, id },
    'dispute.id is not an id',
  ]),
  ...['true', 1, undefined].map((withdrawn): [string, unknown, string] => [
    'dispute',
    { ...VALID.dispute, withdrawn },
    'dispute.withdrawn is not true or false',
  ]),
  ['dispute', { ...VALID.dispute, respondBy: 'soon' }, 'dispute.respondBy is not a time'],
  ...[null, undefined, '', 'a\nb', 1.5].map((id): [string, unknown, string] => [
    'transaction',
    { ...VALID.transaction, id },
    'transaction.id is not an id',
  ]),
  ['transaction', { ...VALID.transaction, hash: 'a\nb' }, 'transaction.hash is not an id or null'],
  ['transaction', { ...VALID.transaction, network: {} }, 'transaction.network is not an id or null'],
  ['transaction', 'tx_1', 'transaction is not an object or null'],
  ...['27.11.2026 10:00', 'yesterday', '', 174108332, 1.5, true, {}, '2025-02-30'].map(
    (at): [string, unknown, string] => [
      'occurredAt',
      at,
      'occurredAt is not a time in ISO 8601, or in seconds or milliseconds since 1970',
    ],
  ),
]

describe('anything else is refused, naming the field and never its value', () => {
  test.each(WRONG)('%s: %j', (field, value, named) => {
    const fault = faultOf({ [field]: value })
    expect(fault).toContain(`EVENT_INVALID: acme: toEvent() returned an event whose ${named}`)
    if (typeof value === 'string' && value.length > 4) expect(fault).not.toContain(value)
  })
})

describe('an event of an unknown name', () => {
  const nameOf = (fields: object) => checkedName(provider, { unrecognised: 'invoice.odd', native: { a: 1 }, ...fields })

  test('is known by what it says it is, or by its content', () => {
    expect(nameOf({ identity: ['evt_1', 7] })).toEqual({ unrecognised: 'invoice.odd', identity: ['evt_1', '7'] })
    const [digest] = nameOf({}).identity
    expect(digest).toMatch(/^[\w-]{43}$/)
    expect(nameOf({ native: { a: 1 } }).identity).toEqual([digest])
    expect(nameOf({ native: { a: 2 } }).identity).not.toEqual([digest])
    expect(nameOf({ native: undefined }).identity).toHaveLength(1)
  })

  test.each<[object, string]>([
    [{ unrecognised: '' }, 'unrecognised is not a name'],
    [{ unrecognised: undefined }, 'unrecognised is not a name'],
    [{ unrecognised: 7 }, 'unrecognised is not a name'],
    // The second event would be taken for a duplicate of the first.
    [{ identity: [] }, 'identity is not a list with a non-empty string'],
    [{ identity: [''] }, 'identity is not a list with a non-empty string'],
    [{ identity: [null] }, 'identity is not a list of strings'],
  ])('%j is refused', (fields, named) => {
    expect(() => nameOf(fields)).toThrow(
      expect.objectContaining({ code: 'EVENT_INVALID', message: `acme: toEvent() returned an event whose ${named}` }),
    )
  })
})
