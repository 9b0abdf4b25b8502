/** Arbitrary callbacks and arbitrary answers of Mollie: 11,000 generated cases, all in this process. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../support/any-character.js'
import {
  answerTo,
  createReceiver,
  memoryStore,
  toDecimal,
  type Provider,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { parseJson } from 'express-payment-webhooks/formats'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { payloadOf } from '../../support/provider-suite.js'
import { ID, paid, refund, returned, chargeback, eur } from './support.js'

const secret = 'mollie-signing-secret-3e7a91c05d2f'
const BODY = payloadOf('mollie', 'nextgen_payment_paid.json')

/** Takes deliveries through one receiver; answers the status and the events of each. */
function deliveriesTo(provider: Provider) {
  let events: WebhookEvent[] = []
  const receiver = createReceiver(provider, {
    store: memoryStore(),
    on: {},
    onUnhandled: (event: WebhookEvent) => void events.push(event),
    onError: () => {},
  })
  return async (body: Buffer, headers: Record<string, string> = {}) => {
    events = []
    const outcome = await receiver.receive({ body, headers })
    return { status: answerTo(outcome, provider).status, events }
  }
}

/** The same through a new receiver. */
const deliver = (provider: Provider, body: Buffer, headers?: Record<string, string>) =>
  deliveriesTo(provider)(body, headers)

/** The bytes with one of them changed. */
const oneByteOf = (bytes: Buffer) =>
  fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ change
    return changed
  })

describe('a signed event', () => {
  const provider = mollie({ secret, mode: 'test' })
  const { headers } = provider.sign(BODY)
  const signature = headers['x-mollie-signature']!
  const digest = signature.replace('sha256=', '')

  test('is an event as it was signed, so that the changes below are what refuses it', async () => {
    expect(await deliver(provider, BODY, headers)).toMatchObject({ status: 200, events: [{}] })
  })

  test('with one byte of it changed is refused: 401, and no event', async () => {
    const again = deliveriesTo(provider)
    await fc.assert(
      fc.asyncProperty(oneByteOf(BODY), async (body) => {
        expect(await again(body, headers)).toEqual({ status: 401, events: [] })
      }),
      { numRuns: 4000 },
    )
  })

  test('with one letter of its signature changed is refused: 401, and no event', async () => {
    const again = deliveriesTo(provider)
    // A comma separates two signatures. The second is the same without its prefix, which the official libraries accept.
    const isOther = (text: string) =>
      !text.toLowerCase().split(',').includes(digest) && text.toLowerCase() !== signature
    const changed = oneByteOf(Buffer.from(signature)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(changed.filter(isOther), async (text) => {
        const answered = await again(BODY, { ...headers, 'x-mollie-signature': text })
        expect(answered).toEqual({ status: 401, events: [] })
      }),
      { numRuns: 1500 },
    )
  })

  test('that says anything in one place is an event, kept for the operator, or none: 200 or 400', async () => {
    const payload = JSON.parse(BODY.toString()) as object
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(payload)), anything, async (path, value) => {
        const said = replaced(payload, path, value)
        const { body, headers: signed } = provider.sign(said)
        const { status, events } = await deliver(provider, body, { ...signed })
        expect([200, 400]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const event of events) expectOnlyWhatWasRead(event, entityOf(body), 'test')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a classic callback', () => {
  const form = fc.oneof(
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    fc.webQueryParameters().map((text) => Buffer.from(text)),
    fc
      .string({ unit: anyCharacter, maxLength: 80 })
      .map((id) => Buffer.from(`id=${encodeURIComponent(id.toWellFormed())}`)),
    fc.string({ unit: 'grapheme-ascii', maxLength: 80 }).map((id) => Buffer.from(`id=tr_${encodeURIComponent(id)}`)),
    fc.string({ unit: 'grapheme-ascii', maxLength: 80 }).map((rest) => Buffer.from(`id=${ID}${rest}`)),
    oneByteOf(Buffer.from(`id=${ID}`)),
  )

  test('of any bytes has nothing asked for but an id, and is an event, or refused: 200, 400 or 503', async () => {
    let read = 0
    await fc.assert(
      fc.asyncProperty(form, async (body) => {
        const asked: string[] = []
        const provider = mollie({
          readBack: async (id) => {
            asked.push(id)
            return paid()
          },
        })
        const { status, events } = await deliver(provider, body)
        read += asked.length
        expect([200, 400, 503]).toContain(status)
        for (const id of asked) expect(id).toMatch(/^(?:tr|ord)_[A-Za-z0-9]{1,64}$/)
        // The payment in the answer must be the requested one; otherwise the answer is rejected.
        expect(events).toMatchObject(asked.includes(ID) ? [{ paymentId: ID, received: { amount: '49.9' } }] : [])
      }),
      { numRuns: 2500 },
    )
    expect(read).toBeGreaterThan(0)
  })
})

describe('a payment that was read', () => {
  const states = [
    paid(),
    paid({ status: 'authorized', amountCaptured: eur('0.00') }),
    paid({ amountRefunded: eur('15.00'), amountChargedBack: eur('10.00'), amountCaptured: eur('40.00') }),
    returned(
      { refunds: [refund('re_1', 'refunded'), refund('re_2', 'pending')], chargebacks: [chargeback('chb_1', '5.00')] },
      { amountRefunded: eur('20.00') },
    ),
  ]
  const places = states.flatMap((state) => pathsOf(state).map((path) => ({ state, path })))

  test('and says anything in one place becomes only what it says, or is asked for again: 200 or 503', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ state, path }, value) => {
        const read = replaced(state, path, value) as Read
        const { status, events } = await deliver(mollie({ readBack: async () => read }), Buffer.from(`id=${ID}`))
        expect([200, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const event of events) expectOnlyWhatWasRead(event, read, 'live')
      }),
      { numRuns: 2000 },
    )
  })
})

interface Read {
  readonly id?: unknown
  readonly mode?: unknown
  readonly status?: unknown
  readonly amount?: { readonly value?: unknown }
  readonly amountCaptured?: { readonly value?: unknown } | null
}

function entityOf(body: Buffer): Read {
  return (parseJson(body) as { readonly _embedded?: { readonly entity?: Read } })._embedded?.entity ?? {}
}

/** No more money than the payment contains, and none in another mode; a payment without a mode does not count as live. */
function expectOnlyWhatWasRead(event: WebhookEvent, read: Read, mode: 'live' | 'test'): void {
  const { received, expected, paymentId } = event
  if (received === null) return
  expect(read.mode === 'live' ? 'live' : 'test').toBe(mode)
  expect(paymentId).toBe(String(read.id))
  expect(expected?.amount).toBe(toDecimal(read.amount?.value))
  expect([expected?.amount, toDecimal(read.amountCaptured?.value)]).toContain(received.amount)
}
