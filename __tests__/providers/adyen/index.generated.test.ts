/** Adyen's deliveries: 11,000 genuine ones in which one value is replaced by an arbitrary one. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { answerTo } from 'express-payment-webhooks'
import fc from 'fast-check'
import { bodyOf, item, shop, signed } from '../../support/adyen-items.js'
import { receiverOf } from '../../support/deliver.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { payloadOf, payloadsIn } from '../../support/provider-suite.js'

/** 200 if proven, otherwise 401, and never another status. */
describe('generated deliveries', () => {
  const provider = shop()
  const genuine = payloadsIn('adyen').filter((file) => !/unsigned|two_items/.test(file))
  const bodies = genuine.map((file) => payloadOf('adyen', file))

  /** The fields of an event that decisions use; all others are for people. */
  const decisive = ({ id, type, orderId, paymentIds, transaction, expected, received, refund, dispute }: any) => ({
    ...{ id, type, orderId, paymentIds, transaction, expected, received, refund },
    dispute: dispute && { ...dispute, reason: null },
  })

  async function verdictOn(body: Buffer | string) {
    const receiver = receiverOf(provider)
    const outcome = await receiver.deliver(body)
    return { status: answerTo(outcome, provider).status, event: receiver.events[0] }
  }

  const events = new Map<Buffer, object>()
  const seen = new Set<number>()

  beforeAll(async () => {
    for (const body of bodies) events.set(body, decisive((await verdictOn(body)).event))
  })

  /** The same event, or none. */
  async function isHarmless(base: Buffer, body: Buffer | string): Promise<boolean> {
    const { status, event } = await verdictOn(body)
    seen.add(status)
    if (event === undefined) return status === 401
    expect(decisive(event)).toEqual(events.get(base))
    return status === 200
  }

  test('a byte that is changed makes no other event', async () => {
    const change = fc.record({ base: fc.constantFrom(...bodies), at: fc.nat(), byte: fc.integer({ min: 1, max: 255 }) })
    await fc.assert(
      fc.asyncProperty(change, async ({ base, at, byte }) => {
        const body = Buffer.from(base)
        const place = at % body.length
        body[place] = body[place]! ^ byte
        return isHarmless(base, body)
      }),
      { numRuns: 4000 },
    )
  })

  test('a value that is changed makes no other event', async () => {
    const change = fc.constantFrom(...bodies).chain((base) =>
      fc.record({
        base: fc.constant(base),
        path: fc.constantFrom(...pathsOf(JSON.parse(base.toString()))),
        value: anything,
      }),
    )
    await fc.assert(
      fc.asyncProperty(change, async ({ base, path, value }) =>
        isHarmless(base, JSON.stringify(replaced(JSON.parse(base.toString()), path, value))),
      ),
      { numRuns: 4000 },
    )
  })

  test('both answers were given, so that neither a closed nor an open door passes', () => {
    expect([...seen].sort()).toEqual([200, 401])
  })

  test('a signed text that is cut in another way is no event', async () => {
    const texts = fc.array(fc.constantFrom('A', '4990', 'EUR', 'ExampleShopECOM', 'true', ''), {
      minLength: 1,
      maxLength: 4,
    })
    const cut = fc.record({ reference: texts.map((parts) => parts.join(':')), shift: fc.integer({ min: -7, max: 7 }) })
    await fc.assert(
      fc.asyncProperty(cut, async ({ reference, shift }) => {
        const body = signed(item({ merchantReference: reference, pspReference: 'PSP1', originalReference: 'PSP0' }))
        const { NotificationRequestItem: one } = JSON.parse(body.toString()).notificationItems[0]
        const parts = `PSP1:PSP0:ExampleShopECOM:${reference}:4990:EUR:AUTHORISATION:true`.split(':')
        const at = 3 + shift
        if (shift === 0 || at < 0 || at > 7) return
        // The colons of the reference, moved into another field.
        const extra = parts.length - 8
        const fields = [
          ...parts.slice(0, at),
          parts.slice(at, at + extra + 1).join(':'),
          ...parts.slice(at + extra + 1),
        ]
        const [psp, original, account, moved, value, currency, eventCode, success] = fields
        const recut = {
          ...one,
          pspReference: psp,
          originalReference: original,
          merchantAccountCode: account,
          merchantReference: moved,
          amount: { value: Number(value), currency },
          eventCode,
          success,
        }
        const { status, event } = await verdictOn(JSON.stringify(bodyOf(recut)))
        if (extra === 0) expect(event?.orderId ?? '').toBe(reference)
        else expect({ status, event }).toEqual({ status: 401, event: undefined })
      }),
      { numRuns: 1500 },
    )
  })

  test('whatever Adyen signs becomes the event of its signed fields', async () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('abcABC019-_/.')), minLength: 1, maxLength: 20 })
    const fields = fc.record({
      pspReference: text.map((rest) => `P${rest}`),
      originalReference: fc.oneof(fc.constant(''), text),
      merchantReference: fc.oneof(
        text,
        text.map((one) => `${one}:${one}`),
      ),
      amount: fc.record({ value: fc.integer({ min: 1, max: 1e12 }), currency: fc.constantFrom('EUR', 'USD', 'GBP') }),
      reason: fc.string(),
      eventDate: fc.string(),
      paymentMethod: fc.string(),
    })
    await fc.assert(
      fc.asyncProperty(fields, async (one) => {
        const { status, event } = await verdictOn(signed(item({ ...one, eventCode: 'CAPTURE' })))
        const cents = String(one.amount.value).padStart(3, '0')
        const exact = `${cents.slice(0, -2)}.${cents.slice(-2)}`.replace(/\.?0+$/, (zeros) =>
          zeros[0] === '.' ? '' : '',
        )
        expect({ status, event }).toMatchObject({
          status: 200,
          event: {
            type: 'transaction.confirmed',
            orderId: one.merchantReference,
            paymentId: one.originalReference === '' ? one.pspReference : one.originalReference,
            transaction: { id: one.pspReference },
            received: { amount: exact, currency: one.amount.currency },
          },
        })
      }),
      { numRuns: 1500 },
    )
  })
})
