/** Arbitrary deliveries and arbitrary answers of PayPal: 12,000 generated cases, all in this process. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  answerTo,
  createReceiver,
  memoryStore,
  toDecimal,
  type Provider,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { samples } from '../../../src/testing/samples/paypal.js'
import { answersTo, capture, CAPTURE, event, EVENTS, payPal, refund } from './support.js'

/** Takes deliveries through one receiver; answers the status and the events of each. */
function deliveriesTo(provider: Provider) {
  let events: WebhookEvent[] = []
  const receiver = createReceiver(provider, {
    store: memoryStore(),
    on: {},
    onUnhandled: (one: WebhookEvent) => void events.push(one),
    onError: () => {},
  })
  return async (body: Buffer, headers: Record<string, string>) => {
    events = []
    const outcome = await receiver.receive({ body, headers })
    return { status: answerTo(outcome, provider).status, events }
  }
}

/** The bytes with one of them changed. */
const oneByteOf = (bytes: Buffer) =>
  fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ change
    return changed
  })

const native = event('PAYMENT.CAPTURE.COMPLETED', capture())
/** One provider for all cases, because reading keys takes long. */
const answers: Record<string, unknown> = answersTo(native)
const { provider, asked } = payPal(answers)
const { body, headers } = provider.sign(native)

describe('a delivery', () => {
  test('is an event as it was signed, so that the changes below are what refuses it', async () => {
    expect(await deliveriesTo(provider)(body, { ...headers })).toMatchObject({
      status: 200,
      events: [{ type: 'payment.confirmed' }],
    })
    asked.length = 0
  })

  test('with one byte of its body changed is refused: 401, and nobody is asked', async () => {
    const deliver = deliveriesTo(provider)
    await fc.assert(
      fc.asyncProperty(oneByteOf(body), async (changed) => {
        expect(await deliver(changed, { ...headers })).toEqual({ status: 401, events: [] })
      }),
      { numRuns: 4000 },
    )
    expect(asked).toEqual([])
  })

  test.each(['paypal-transmission-id', 'paypal-transmission-time', 'paypal-transmission-sig'])(
    'with one letter of its %s changed is refused: 401, and nobody is asked',
    async (name) => {
      const deliver = deliveriesTo(provider)
      const changed = oneByteOf(Buffer.from(headers[name]!)).map((bytes) => bytes.toString('latin1'))
      await fc.assert(
        fc.asyncProperty(changed, async (text) => {
          expect(await deliver(body, { ...headers, [name]: text })).toEqual({ status: 401, events: [] })
        }),
        { numRuns: 1000 },
      )
      expect(asked).toEqual([])
    },
  )

  test('from another place than PayPal keeps certificates in is refused, and nothing is fetched from there: 401', async () => {
    const own = headers['paypal-cert-url']!
    const hosts = /^https:\/\/(?:api|api-m)\.paypal\.com\/v1\/notifications\/certs\/[\w.-]+[?#]?$/i
    const urls = oneByteOf(Buffer.from(own)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(urls, async (url) => {
        const { status } = await deliveriesTo(provider)(body, { ...headers, 'paypal-cert-url': url })
        // At an allowed address the key is the right one, or the limit of fetches per minute is reached.
        if (status === 401) expect(url).not.toBe(own)
        else expect([new URL(url).href, [200, 503].includes(status)]).toEqual([expect.stringMatching(hosts), true])
      }),
      { numRuns: 1000 },
    )
  })

  test('that says anything in one place becomes only what was read: 200, 400 or 503', async () => {
    const payloads = [native, event('PAYMENT.CAPTURE.REFUNDED', refund()), samples['CUSTOMER.DISPUTE.CREATED']]
    for (const one of payloads) Object.assign(answers, answersTo(one as never))
    const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
        asked.length = 0
        const signed = provider.sign(replaced(payload, path, value))
        const { status, events } = await deliveriesTo(provider)(signed.body, { ...signed.headers })
        expect([200, 400, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const one of asked) expect(one).toMatch(/^\/v[12]\/[a-z/-]+\/[A-Za-z0-9-]{1,64}$/)
        for (const { received, refund: back, orderId, dispute } of events) {
          expect([received?.amount ?? '49.9', back?.amount ?? '15', dispute?.amount ?? '49.9']).toEqual([
            '49.9',
            '15',
            '49.9',
          ])
          expect(orderId ?? 'ORDER-1001').toBe('ORDER-1001')
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a resource that was read', () => {
  const statuses = ['COMPLETED', 'DECLINED', 'PARTIALLY_REFUNDED', 'PENDING', 'REFUNDED', 'FAILED']
  const states = statuses.flatMap((status) => [
    capture({ status }),
    capture({ status, supplementary_data: { related_ids: { authorization_id: '4AU11111TH222222C' } } }),
  ])
  const places = states.flatMap((state) => pathsOf(state).map((path) => ({ state, path })))

  test('and says anything in one place becomes only what it says, or is asked for again: 200 or 503', async () => {
    const signed = provider.sign(native)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ state, path }, value) => {
        const read = replaced(state, path, value) as Record<string, unknown>
        answers[`/v2/payments/captures/${CAPTURE}`] = read
        const { status, events } = await deliveriesTo(provider)(signed.body, { ...signed.headers })
        expect([200, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const { received, type } of events) {
          if (received === null) continue
          const amount = read['amount'] as { value?: unknown }
          expect(received.amount).toBe(toDecimal(amount.value))
          if (type === 'payment.confirmed') expect(['COMPLETED', 'PARTIALLY_REFUNDED']).toContain(read['status'])
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('of any kind is an event, or is not taken: 200, 400 or 503', async () => {
    const all = Object.values(samples).map((one) => JSON.parse(JSON.stringify(one)) as Record<string, unknown>)
    const read = all.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...read), anything, async ({ payload, path }, value) => {
        const sent = { ...payload, event_type: 'SOMETHING.ELSE' }
        const found = replaced(payload, path, value)
        answers[EVENTS + String(payload['id'])] = found
        const signed = provider.sign(sent)
        const { status, events } = await deliveriesTo(provider)(signed.body, { ...signed.headers })
        expect([200, 400, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 1500 },
    )
  })
})
