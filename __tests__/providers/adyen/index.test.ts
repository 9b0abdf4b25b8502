/** Adyen, with vectors that the official package signed and judged. */
import { describe, expect, test } from '@jest/globals'
import { answerTo } from 'express-payment-webhooks'
import { adyenEvents, type AdyenOptions } from 'express-payment-webhooks/providers/adyen'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import Database from 'libsql'
import { samples, types } from '../../../src/testing/samples/adyen.js'
import { bodyOf, item, later, shop, signed, vectors } from '../../support/adyen-items.js'
import { eventOf, receiverOf, refusalOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, payloadOf } from '../../support/provider-suite.js'

describeVectors(vectors.cases, ({ keys }) => shop({ hmacKey: keys ?? vectors.hmac_key }), {}, [
  'two items, both signed',
])

describeExamples('adyen', () => shop())

test.each(Object.keys(samples) as (keyof typeof samples)[])(
  'the sample %s becomes what it is said to',
  async (name) => {
    const provider = shop({ capture: 'automatic' })
    expect((await eventOf(provider, provider.sign(samples[name]).body)).type).toBe(types[name])
  },
)

const become = (fields: object, rest: Partial<AdyenOptions> = {}) => eventOf(shop(rest), signed(fields, shop(rest)))

describe('which code is which event', () => {
  test.each([
    ['AUTHORISATION', 'true', 'payment.authorized', 'payment.confirmed'],
    ['AUTHORISATION', 'false', 'payment.failed', 'payment.failed'],
    ['CAPTURE', 'true', 'transaction.confirmed', 'adyen.CAPTURE'],
    ['CAPTURE', 'false', 'transaction.failed', 'adyen.CAPTURE'],
    ['CAPTURE_FAILED', 'true', 'transaction.failed', 'payment.failed'],
    ['CAPTURE_FAILED', 'false', 'adyen.CAPTURE_FAILED', 'adyen.CAPTURE_FAILED'],
    ['CANCELLATION', 'true', 'payment.canceled', 'payment.canceled'],
    ['CANCELLATION', 'false', 'adyen.CANCELLATION', 'adyen.CANCELLATION'],
    ['TECHNICAL_CANCEL', 'true', 'payment.canceled', 'payment.canceled'],
    ['OFFER_CLOSED', 'true', 'payment.expired', 'payment.expired'],
    ['REFUND', 'true', 'refund.confirmed', 'refund.confirmed'],
    ['REFUND', 'false', 'refund.failed', 'refund.failed'],
    ['REFUND_FAILED', 'true', 'refund.failed', 'refund.failed'],
    ['REFUNDED_REVERSED', 'true', 'refund.failed', 'refund.failed'],
    ['CANCEL_OR_REFUND', 'true', 'refund.confirmed', 'refund.confirmed'],
    ['CANCEL_OR_REFUND', 'false', 'adyen.CANCEL_OR_REFUND', 'adyen.CANCEL_OR_REFUND'],
    ['VOID_PENDING_REFUND', 'true', 'adyen.VOID_PENDING_REFUND', 'adyen.VOID_PENDING_REFUND'],
    ['ORDER_CLOSED', 'true', 'adyen.ORDER_CLOSED', 'adyen.ORDER_CLOSED'],
    ['EXPIRE', 'true', 'adyen.EXPIRE', 'adyen.EXPIRE'],
    ['PENDING', 'true', 'adyen.PENDING', 'adyen.PENDING'],
    ['NOTIFICATION_OF_FRAUD', 'true', 'adyen.NOTIFICATION_OF_FRAUD', 'adyen.NOTIFICATION_OF_FRAUD'],
    ['SOMETHING_NEW', 'true', 'adyen.SOMETHING_NEW', 'adyen.SOMETHING_NEW'],
  ])('%s, success %s', async (eventCode, success, manual, automatic) => {
    const fields = later(eventCode, { success })
    expect(await become(fields)).toMatchObject({
      type: manual,
      paymentId: eventCode === 'SOMETHING_NEW' ? null : 'PSP1',
    })
    expect(await become(fields, { capture: 'automatic' })).toMatchObject({ type: automatic })
  })

  test('an authorisation is the whole payment, reserved or received', async () => {
    const money = { amount: '49.9', currency: 'EUR' }
    const fields = { orderId: 'A-1', paymentId: 'PSP1', expected: money, received: { ...money, basis: 'total' } }
    expect(await become(item())).toMatchObject({ type: 'payment.authorized', ...fields })
    expect(await become(item(), { capture: 'automatic' })).toMatchObject({ type: 'payment.confirmed', ...fields })
    expect(await become(item({ success: 'false' }))).toMatchObject({ ...fields, received: null })
  })

  test('a capture, and its failure days later, are one transfer', async () => {
    const transfer = {
      paymentId: 'PSP1',
      transaction: { id: 'PSP2' },
      received: { amount: '49.9', currency: 'EUR', basis: 'transaction' },
    }
    expect(await become(later('CAPTURE'))).toMatchObject({ type: 'transaction.confirmed', ...transfer })
    expect(await become(later('CAPTURE_FAILED'))).toMatchObject({ type: 'transaction.failed', ...transfer })
  })

  test('with automatic capture the same money is announced once', async () => {
    const types = await Promise.all(
      [item(), later('CAPTURE')].map(async (fields) => (await become(fields, { capture: 'automatic' })).received),
    )
    expect(types.filter((received) => received !== null)).toHaveLength(1)
  })

  test('a refund, and its failure, are known by the reference of the refund', async () => {
    const refund = { id: 'PSP2', amount: '15', currency: 'EUR', basis: 'refund' }
    const amount = { currency: 'EUR', value: 1500 }
    expect(await become(later('REFUND', { amount }))).toMatchObject({ paymentId: 'PSP1', refund })
    expect(await become(later('REFUND_FAILED', { amount }))).toMatchObject({ paymentId: 'PSP1', refund })
  })

  test('what was canceled or refunded is for a person, whatever its unsigned fields say', async () => {
    for (const action of ['cancel', 'refund']) {
      const fields = later('CANCEL_OR_REFUND', { additionalData: { 'modification.action': action } })
      expect(await become(fields)).toMatchObject({ type: 'refund.confirmed', paymentId: 'PSP1', refund: null })
    }
  })

  test('a cancellation that names no payment cancels none', async () => {
    expect((await become(item({ eventCode: 'CANCELLATION' }))).type).toBe('adyen.CANCELLATION')
  })

  test('a card that was only checked has neither paid nor failed to', async () => {
    for (const success of ['true', 'false']) {
      const event = await become(item({ success, amount: { currency: 'EUR', value: 0 } }), { capture: 'automatic' })
      expect(event).toMatchObject({ type: 'adyen.AUTHORISATION', received: null })
    }
  })

  test.each([
    ['REQUEST_FOR_INFORMATION', 'dispute.inquiry', false],
    ['NOTIFICATION_OF_CHARGEBACK', 'dispute.opened', false],
    ['CHARGEBACK', 'dispute.opened', true],
    ['CHARGEBACK_REVERSED', 'dispute.won', false],
    ['PREARBITRATION_WON', 'dispute.won', false],
    ['SECOND_CHARGEBACK', 'dispute.lost', true],
    ['PREARBITRATION_LOST', 'dispute.lost', true],
  ])('%s', async (eventCode, type, withdrawn) => {
    expect(await become(later(eventCode))).toMatchObject({
      type,
      paymentId: 'PSP1',
      dispute: { id: 'PSP2', amount: '49.9', currency: 'EUR', withdrawn, reason: 'because', respondBy: null },
    })
  })

  test('an event about money without an amount is for a person', async () => {
    expect(await refusalOf(shop(), signed(item({ amount: undefined })))).toBe('PAYLOAD_INVALID')
  })

  test('one about nothing of that kind needs none', async () => {
    expect(await become(item({ eventCode: 'RECURRING_CONTRACT', amount: undefined }))).toMatchObject({
      type: 'adyen.RECURRING_CONTRACT',
    })
  })
})

describe('how a payment is captured may differ from one to the next', () => {
  const asked: object[] = []
  const capture = (payment: { orderId: string | null }) => {
    asked.push(payment)
    return payment.orderId === 'A-1' ? ('manual' as const) : ('automatic' as const)
  }

  test.each([
    ['at once', capture],
    ['after a look-up', async (payment: { orderId: string | null }) => capture(payment)],
  ])('as the shop knows %s', async (_when, look) => {
    expect((await become(item(), { capture: look })).type).toBe('payment.authorized')
    expect((await become(item({ merchantReference: 'A-2' }), { capture: look })).type).toBe('payment.confirmed')
    expect((await become(later('CAPTURE'), { capture: look })).type).toBe('transaction.confirmed')
  })

  test('it is asked by what is signed, and only where it matters', async () => {
    asked.length = 0
    await become(later('CAPTURE'), { capture })
    await become(later('REFUND'), { capture })
    await become(item({ success: 'false' }), { capture })
    await become(item({ pspReference: 'test_AUTHORISATION_1' }), { capture })
    expect(asked).toEqual([{ orderId: 'A-1', paymentId: 'PSP1', merchantAccount: 'ExampleShopECOM' }])
  })

  test('where it cannot tell, the delivery comes again', async () => {
    const unknown = async () => Promise.reject(new Error('no such order yet'))
    expect(await refusalOf(shop({ capture: unknown }), signed(item()))).toBe('READ_BACK_UNAVAILABLE')
  })

  test('another answer is a fault of the shop, and never a guess', async () => {
    expect(await refusalOf(shop({ capture: () => 'auto' as never }), signed(item()))).toBe('EVENT_INVALID')
  })
})

describe('identity', () => {
  test('is made of signed fields: a repeat with another date and reason is known', async () => {
    const receiver = receiverOf(shop())
    await receiver.deliver(signed(item()))
    const again = signed(item({ eventDate: '2027-01-01T00:00:00+01:00', reason: 'other' }))
    expect(await receiver.deliver(again)).toMatchObject({ kind: 'duplicate' })
    expect(receiver.events).toMatchObject([{ id: 'adyen:AUTHORISATION:PSP1:true' }])
  })

  test.each([
    ['an attempt that failed and then succeeded', [item({ success: 'false' }), item()]],
    ['a refund that failed later', [later('REFUND'), later('REFUND_FAILED')]],
    ['two partial refunds', [later('REFUND'), later('REFUND', { pspReference: 'PSP3' })]],
  ])('%s are two events', async (_what, items) => {
    const receiver = receiverOf(shop())
    for (const one of items) await receiver.deliver(signed(one))
    expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(2)
  })
})

describe('only eight fields are proven', () => {
  test('events are dated by none of the others', async () => {
    const event = await become(item())
    expect(event.occurredAt).toBeNull()
    expect(event).toMatchObject({ reason: 'because', native: { eventDate: '2026-11-25T10:30:04.000Z', live: 'false' } })
  })

  test('no handler gets the signature, which would be accepted for ever', async () => {
    const event = await become(item({ additionalData: { cardSummary: '1111' } }))
    expect(event.native).toMatchObject({ additionalData: { cardSummary: '1111', hmacSignature: '' } })
  })

  test('a text that can be cut in two ways is read in one', async () => {
    const { genuine, reshaped } = vectors.ambiguous
    expect(await eventOf(shop(), genuine)).toMatchObject({ orderId: 'A:4990' })
    expect(await refusalOf(shop(), reshaped)).toBe('AUTH_MISMATCH')
    const both = shop({ merchantAccount: ['ExampleShopECOM', '4990'] })
    expect(await refusalOf(both, reshaped)).toBe('AUTH_MISMATCH')
  })

  test.each([
    ['originalReference', { pspReference: 'PSP1', originalReference: 'PSP0:ExampleShopECOM' }],
    ['pspReference', { pspReference: 'PSP1:PSP0', originalReference: 'ExampleShopECOM' }],
  ])('nor does a reference that names the account give its colon to %s', async (_field, fields) => {
    const body = signed(item({ originalReference: 'PSP0', merchantReference: 'ExampleShopECOM:A' }))
    const { NotificationRequestItem: one } = JSON.parse(body.toString()).notificationItems[0]
    const recut = JSON.stringify(bodyOf({ ...one, ...fields, merchantReference: 'A' }))
    expect(await refusalOf(shop(), recut)).toBe('AUTH_MISMATCH')
    expect(await eventOf(shop(), body)).toMatchObject({ orderId: 'ExampleShopECOM:A' })
  })

  test('half a character is not signed as the one that stands for it', async () => {
    const body = signed(item({ merchantReference: '\ufffd' })).toString()
    expect(await refusalOf(shop(), body.replace('\ufffd', '\\ud800'))).toBe('AUTH_MISMATCH')
  })

  test("another account of the same company is none of the shop's", async () => {
    const body = signed(item())
    expect(await refusalOf(shop({ merchantAccount: 'OtherShop' }), body)).toBe('AUTH_CLIENT_MISMATCH')
    expect(await eventOf(shop({ merchantAccount: ['OtherShop', 'ExampleShopECOM'] }), body)).toMatchObject({
      type: 'payment.authorized',
    })
  })

  test.each([true, false])('success may be a boolean: %s', async (success) => {
    expect(await become(item({ success }))).toMatchObject({ id: `adyen:AUTHORISATION:PSP1:${String(success)}` })
  })

  test.each(vectors.published)('$name', async ({ key, signed_text: text, signature }) => {
    const [psp, original, account, reference, value, currency, eventCode, success] = text.split(':')
    const fields = item({
      pspReference: psp,
      originalReference: original,
      merchantAccountCode: account,
      merchantReference: reference,
      amount: { value: Number(value), currency },
      eventCode,
      success,
      additionalData: { hmacSignature: signature },
    })
    const provider = shop({ hmacKey: key, merchantAccount: account })
    const body = JSON.stringify(bodyOf(fields))
    expect(await eventOf(provider, body)).toMatchObject({ type: `adyen.${String(eventCode)}` })
    expect(await refusalOf(provider, body.replace('"1000"', '"1001"').replace('1000', '1001'))).toBe('AUTH_MISMATCH')
  })
})

describe('codes that come without a signature', () => {
  const unsigned = JSON.stringify(bodyOf(item({ eventCode: 'ORDER_CLOSED' })))
  const basicAuth = { username: 'shop', password: 'h2Wc8nY4-Jd6sF1pG' }
  const login = { authorization: `Basic ${Buffer.from('shop:h2Wc8nY4-Jd6sF1pG').toString('base64')}` }

  test('are refused, and say what to do', async () => {
    const outcome = await receiverOf(shop()).deliver(unsigned)
    expect(outcome).toMatchObject({ kind: 'not_authentic', error: { code: 'AUTH_PROOF_MISSING' } })
    expect(outcome.error?.message).toMatch(/^ORDER_CLOSED came without a signature.*basicAuth.*unsubscribe/)
  })

  test('are native where basic authentication proves their sender', async () => {
    const receiver = receiverOf(shop({ basicAuth }))
    expect(await receiver.deliver(unsigned, login)).toMatchObject({ kind: 'unhandled' })
    expect(receiver.events).toMatchObject([{ type: 'adyen.ORDER_CLOSED', received: null, orderId: 'A-1' }])
  })

  test('may lack everything that is not needed to know them by', async () => {
    const bare = { eventCode: 'PENDING', pspReference: 'PSP1', merchantAccountCode: 'Company', success: true }
    const receiver = receiverOf(shop({ basicAuth }))
    await receiver.deliver(JSON.stringify({ notificationItems: [{ NotificationRequestItem: bare }] }), login)
    expect(receiver.events).toMatchObject([{ type: 'adyen.PENDING', orderId: null, native: { amount: null } }])
  })

  test('are answered and forgotten where the shop says so', async () => {
    const provider = shop({ unsigned: 'acknowledge' })
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    const receiver = receiverOf(provider, { store: store })
    const outcome = await receiver.deliver(unsigned)
    expect(outcome).toMatchObject({ kind: 'ignored' })
    expect(answerTo(outcome, provider)).toMatchObject({ status: 200, body: '[accepted]' })
    await store.init()
    expect([receiver.events, await store.listEvents()]).toEqual([[], []])
  })

  test.each(['AUTHORISATION', 'CAPTURE', 'REFUND', 'CHARGEBACK'])(
    'are never such as are about money: %s',
    async (eventCode) => {
      const body = JSON.stringify(bodyOf(later(eventCode)))
      expect(await refusalOf(shop({ basicAuth }), body, login)).toBe('AUTH_PROOF_MISSING')
      expect(await refusalOf(shop({ unsigned: 'acknowledge' }), body)).toBe('AUTH_PROOF_MISSING')
    },
  )

  test.each([
    ['no log-in', {}, 'AUTH_HEADER_MISSING'],
    ['another password', { authorization: 'Basic c2hvcDp4' }, 'AUTH_MISMATCH'],
    ['two', { authorization: [login.authorization, login.authorization] }, 'AUTH_HEADER_REPEATED'],
  ])('%s is refused, also with a right signature', async (_what, headers, code) => {
    expect(await refusalOf(shop({ basicAuth }), signed(item()), headers as Record<string, string>)).toBe(code)
  })

  test('the right log-in is no signature', async () => {
    const forged = signed(item()).toString().replace('4990', '4991')
    expect(await refusalOf(shop({ basicAuth }), forged, login)).toBe('AUTH_MISMATCH')
    expect(await eventOf(shop({ basicAuth }), shop({ basicAuth }).sign(bodyOf(item())).body)).toMatchObject({
      type: 'payment.authorized',
    })
  })

  test('the scheme may be in any case, and the operator is told what is wrong', async () => {
    const provider = shop({ basicAuth })
    expect(await refusalOf(provider, signed(item()), { authorization: 'Bearer x' })).toBe('AUTH_HEADER_MALFORMED')
    const receiver = receiverOf(provider)
    const authorization = login.authorization.replace('Basic', 'basic')
    expect(await receiver.deliver(signed(item()), { authorization })).toMatchObject({ kind: 'unhandled' })
    const { authentication } = provider
    const elsewhere = { body: Buffer.from(''), headers: { 'x-forwarded-authorization': login.authorization } }
    expect(authentication.explain?.(elsewhere, undefined)).toMatch(/x-forwarded-authorization/)
    expect(authentication.explain?.(elsewhere, undefined)).not.toContain('h2Wc8nY4')
  })
})

describe('what a refused signature is explained by', () => {
  const basicAuth = { username: 'shop', password: 'h2Wc8nY4-Jd6sF1pG' }
  const authorization = `Basic ${Buffer.from('shop:h2Wc8nY4-Jd6sF1pG').toString('base64')}`
  const explain = (options: object, body: Buffer | string, headers = {}) => {
    const bytes = Buffer.from(body)
    return shop(options).authentication.explain?.({ body: bytes, headers }, JSON.parse(bytes.toString()))
  }

  test.each([
    ['made with another key', signed(item()).toString().replace('4990', '4991')],
    ['missing', JSON.stringify(bodyOf(item()))],
  ])('is never the log-in where that is right: it is %s', (_, body) => {
    expect(explain({ basicAuth }, body, { authorization })).toBeNull()
    expect(explain({}, body)).toBeNull()
  })

  test('is the log-in where that is wrong', () => {
    const headers = { authorization: authorization.replace('Basic', 'Bearer') }
    expect(explain({ basicAuth }, signed(item()), headers)).toMatch(/not written as "Basic"/)
  })
})

describe('two items in one body', () => {
  const two = payloadOf('adyen', 'two_items.json')

  test('are kept whole, and none of them acts', async () => {
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    const receiver = receiverOf(shop(), { store: store })
    expect(await receiver.deliver(two)).toMatchObject({ kind: 'quarantined', error: { code: 'SEVERAL_ITEMS' } })
    const [kept, ...others] = await store.listEvents()
    expect([receiver.events, others]).toEqual([[], []])
    expect(kept).toMatchObject({ state: 'quarantined', code: 'SEVERAL_ITEMS', eventId: null })
  })

  test('are kept without their signatures', async () => {
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    const outcome = await receiverOf(shop(), { store: store }).deliver(two)
    const items = JSON.parse(String((outcome as { body?: Buffer }).body)).notificationItems
    const signatures = items.map((one: any) => one.NotificationRequestItem.additionalData.hmacSignature)
    expect(signatures).toEqual(['', ''])
  })

  test('each of them has to be proven, also beside one that needs no proof', async () => {
    const unsigned = JSON.stringify(bodyOf(JSON.parse(signed(item()).toString()).notificationItems[0], item()))
    expect(await refusalOf(shop(), unsigned)).toBe('AUTH_PROOF_MISSING')
    const mixed = JSON.stringify(bodyOf(item({ eventCode: 'ORDER_CLOSED' }), item({ eventCode: 'PENDING' })))
    expect(await refusalOf(shop({ unsigned: 'acknowledge' }), mixed)).toBe('SEVERAL_ITEMS')
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    await receiverOf(shop({ unsigned: 'acknowledge' }), { store: store }).deliver(mixed)
    await store.init()
    expect(await store.listEvents()).toEqual([])
  })
})

describe('the test button', () => {
  test.each(['test_AUTHORISATION_1', 'testNotification_1', 'TEST_1'])(
    '%s is accepted, and pays nothing',
    async (psp) => {
      const event = await become(item({ pspReference: psp }), { capture: 'automatic' })
      expect(event).toMatchObject({ type: 'adyen.test.AUTHORISATION', received: null, orderId: null })
    },
  )

  test('without a signature it is refused like anything else', async () => {
    const body = JSON.stringify(bodyOf(item({ pspReference: 'test_AUTHORISATION_1' })))
    expect(await refusalOf(shop(), body)).toBe('AUTH_PROOF_MISSING')
  })
})

describe('amounts', () => {
  test.each([
    ['EUR', 4990, '49.9'],
    ['JPY', 5000, '5000'],
    ['BHD', 5120, '5.12'],
    ['CLP', 500000, '5000'],
    ['ISK', 500000, '5000'],
    ['CVE', 5000, '5000'],
    ['IDR', 50000, '50000'],
    ['CNH', 4990, '49.9'],
    ['KRW', 5000, '5000'],
    ['UGX', 5000, '5000'],
  ])('%s %d is %s', async (currency, value, amount) => {
    expect((await become(item({ amount: { currency, value } }))).received).toMatchObject({ amount, currency })
  })

  test('in a currency whose decimals nobody knows is for a person', async () => {
    expect(await refusalOf(shop(), signed(item({ amount: { currency: 'XXX', value: 1 } })))).toBe('PAYLOAD_INVALID')
  })

  test.each([-1])('%s is rightly signed, and none', async (value) => {
    expect(await refusalOf(shop(), signed(item({ amount: { currency: 'EUR', value } })))).toBe('PAYLOAD_INVALID')
  })

  test.each([1.5, '4990', null, 2 ** 53])('%s is nothing that Adyen signs', async (value) => {
    const body = signed(item()).toString()
    expect(await refusalOf(shop(), body.replace('4990', JSON.stringify(value)))).toBe('AUTH_MISMATCH')
  })
})

describe('the answer', () => {
  test('is what old and new endpoints take, also where an attempt failed', async () => {
    const provider = shop()
    for (const success of ['true', 'false']) {
      const outcome = await receiverOf(provider).deliver(signed(item({ success })))
      expect(answerTo(outcome, provider)).toMatchObject({ status: 200, body: '[accepted]' })
    }
  })

  test('says how long Adyen waits, and that its queue does', () => {
    expect(shop()).toMatchObject({ patienceMs: 10_000, blocksQueue: true, unknownOrder: 'keep' })
  })
})

describe('other webhooks, whose header is signed', () => {
  const { key, raw_body: body, headers } = vectors.header_variant
  const tokens = adyenEvents({ hmacKey: key })

  test('are native', async () => {
    const event = await eventOf(tokens, body)
    expect(event).toMatchObject({
      id: 'adyen:recurring.token.created:QBQQ9DLNRHHKGK38',
      type: 'adyen.recurring.token.created',
      received: null,
      native: { data: { storedPaymentMethodId: 'M5N7TQ4TG5PFWR50' } },
    })
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    expect(await receiverOf(tokens).deliver(body, lower)).toMatchObject({ kind: 'unhandled' })
    expect(await refusalOf(tokens, body.replace('visa', 'vise'), lower)).toBe('AUTH_MISMATCH')
  })

  test('of another type, or without an id, reach whoever takes what has no name here', async () => {
    for (const other of [{ type: 'balancePlatform.transfer.created' }, { type: 'recurring.token.created' }]) {
      expect(await eventOf(tokens, JSON.stringify(other))).toMatchObject({ type: `adyen.${other.type}` })
    }
  })

  test('are not taken for standard ones, nor these for them', async () => {
    expect(await refusalOf(shop(), body, { hmacsignature: headers['HmacSignature']! })).toBe('AUTH_PROOF_MISSING')
    expect(await refusalOf(tokens, signed(item()), {})).toBe('AUTH_HEADER_MISSING')
  })
})

describe('options', () => {
  const { hmac_key: hmacKey } = vectors
  test.each([
    [{ capture: undefined }, /capture must be 'automatic' or 'manual'.*Capture delay/],
    [{ capture: 'delayed' }, /capture must be/],
    [{ merchantAccount: undefined }, /merchantAccount must be.*merchantAccountCode/],
    [{ merchantAccount: [] }, /merchantAccount must be/],
    [{ merchantAccount: 'Example:A' }, /merchantAccount must be/],
    [{ hmacKey: undefined }, /hmacKey is missing/],
    [{ hmacKey: hmacKey.slice(1) }, /64 hex digits/],
    [{ hmacKey: [hmacKey, `${hmacKey.slice(1)}g`] }, /64 hex digits/],
    [{ hmacKey: Buffer.from(hmacKey, 'hex').toString('base64') }, /64 hex digits/],
    [{ basicAuth: { username: undefined, password: 'h2Wc8nY4-Jd6sF1pG' } }, /basicAuth\.username/],
    [{ basicAuth: { username: 'a:b', password: 'h2Wc8nY4-Jd6sF1pG' } }, /without a colon/],
    [{ basicAuth: { username: 'shop', password: 'changeme' } }, /basicAuth\.password looks like a placeholder/],
    [{ unsigned: 'ignore' }, /unsigned must be/],
    [{ unsigned: 'acknowledge', basicAuth: { username: 'shop', password: 'h2Wc8nY4-Jd6sF1pG' } }, /without basicAuth/],
    [{ hmacKeys: hmacKey }, /Did you mean "hmacKey"/],
  ])('%j', (options, message) => {
    const make = () => shop(options as never)
    expect(make).toThrow(message)
    expect(make).not.toThrow(hmacKey)
  })

  test.each([
    { hmacKey: 'xyzuvwtq'.repeat(4) + 'kb7Lm2Np9Qr4St6Uv8Wx3Yz5Ca1De0Fg' },
    { hmacKey, merchantAccount: 'x' },
  ])('adyenEvents %j', (options) => {
    expect(() => adyenEvents(options)).toThrow(/64 hex digits|unknown option/)
  })
})
