/** Callbacks of Coins.ph, whose token covers nothing of the body: 10,500 with one arbitrary value. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { coinsPh, toDecimal, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { payloadOf } from '../../support/provider-suite.js'

const TOKEN = '4f1d9a7c2b6e80354f1d9a7c2b6e8035'
const provider = () => coinsPh({ token: TOKEN }) as Provider
const BODY = payloadOf('coins-ph', 'invoice_fully_paid.json')
const { headers } = provider().sign(BODY)
const PAYLOADS = ['invoice_created', 'invoice_updated_partial_1', 'invoice_fully_paid'].map(
  (file) => JSON.parse(payloadOf('coins-ph', `${file}.json`).toString()) as object,
)

/** A number has all of its digits in the body. */
const amountIn = (value: unknown) => toDecimal(typeof value === 'number' ? JSON.stringify(value) : value)

interface Said {
  readonly event: {
    readonly name: unknown
    readonly data: { readonly amount_received: unknown; readonly currency: unknown }
  }
}

/** The token proves the sender, so the content of the callback counts, and nothing else. */
function checkEvent({ type, received }: WebhookEvent, payload: object): void {
  if (received === null) return
  const { name, data } = (payload as Said).event
  expect(received).toEqual({
    amount: amountIn(data.amount_received),
    currency: String(data.currency).toUpperCase(),
    basis: 'total',
  })
  expect(type === 'payment.confirmed').toBe(name === 'invoice.fully_paid')
}

describe('a callback', () => {
  test('is an event as it was sent, so that the changes below are what refuses it', async () => {
    expect(await deliveriesTo(provider())(BODY, headers)).toMatchObject({ status: 200, events: [{}] })
  })

  test('with one letter of its token changed is refused, whatever its body says: 401, and no event', async () => {
    const deliver = deliveriesTo(provider())
    const changed = oneByteOf(Buffer.from(headers['authorization']!)).map((bytes) => bytes.toString('latin1'))
    const [scheme, token] = ['token', TOKEN]
    const saysTheSame = (text: string) => text.slice(0, 5).toLowerCase() === scheme && text.slice(6) === token
    await fc.assert(
      fc.asyncProperty(
        changed.filter((text) => !saysTheSame(text)),
        fc.constantFrom(...PAYLOADS),
        async (authorization, payload) => {
          const { body } = provider().sign(payload)
          expect(await deliver(body, { ...headers, authorization })).toEqual({
            status: 401,
            kind: 'not_authentic',
            events: [],
          })
        },
      ),
      { numRuns: 4500 },
    )
  })

  test('with one byte of the body changed is one event of what it says, or none: 200 or 400', async () => {
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(oneByteOf(BODY), async (body) => {
        const { status, events } = await deliveriesTo(provider())(body, headers)
        seen.add(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const event of events) checkEvent(event, JSON.parse(body.toString()) as object)
      }),
      { numRuns: 3000 },
    )
    expect([...seen].sort()).toEqual([200, 400])
  })

  test('that says anything in one place is one event of what it says, or none: 200 or 400', async () => {
    const places = PAYLOADS.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
        const sent = replaced(payload, path, value)
        const { status, events } = await deliveriesTo(provider())(provider().sign(sent).body, headers)
        seen.add(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const event of events) checkEvent(event, sent)
      }),
      { numRuns: 3000 },
    )
    expect([...seen].sort()).toEqual([200, 400])
  })
})
