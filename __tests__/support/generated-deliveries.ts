/** Deliveries with one arbitrary value, through the whole flow in this process: for providers that sign the body. */
import { describe, expect, test } from '@jest/globals'
import type { Provider, WebhookEvent } from 'express-payment-webhooks'
import fc from 'fast-check'
import { deliveriesTo, oneByteOf } from './deliveries-to.js'
import { anything, pathsOf, replaced } from './mutations.js'

interface Generated {
  /** The provider, and a body that becomes an event. */
  readonly provider: Provider
  readonly body: Buffer
  readonly header: string
  /** True if a changed header has the same meaning, for example its hex digits in upper case. */
  readonly saysTheSame: (changed: string, header: string) => boolean
  /** Headers that the proof does not cover. @default none are tried */
  readonly unsigned?: readonly string[]
  /** Further statuses of answers to a payload with one arbitrary value. @default 200 and 400 */
  readonly statuses?: readonly number[]
  /** Genuine payloads; one place of each gets an arbitrary value. */
  readonly payloads: readonly object[]
  /** Conditions that must hold for an event of any payload. */
  readonly check: (event: WebhookEvent, payload: object) => void
}

/** 10,500 deliveries, and 500 with uncovered headers. Registers the tests. */
export function describeGeneratedDeliveries(generated: Generated): void {
  const { provider, body, header, saysTheSame, unsigned = [], statuses = [200, 400], payloads, check } = generated
  describe('generated deliveries', () => {
    const { headers } = provider.sign(body)
    const refused = { status: 401, kind: 'not_authentic', events: [] }

    test('the delivery is an event as it was signed, so that the changes below are what refuses it', async () => {
      expect(await deliveriesTo(provider)(body, headers)).toMatchObject({ status: 200, events: [{}] })
    })

    test('with one byte of the body changed it is refused: 401, and no event', async () => {
      const deliver = deliveriesTo(provider)
      await fc.assert(
        fc.asyncProperty(oneByteOf(body), async (changed) => {
          expect(await deliver(changed, headers)).toEqual(refused)
        }),
        { numRuns: 5000 },
      )
    })

    test('with one letter of its signature changed it is refused: 401, and no event', async () => {
      const deliver = deliveriesTo(provider)
      const value = headers[header]!
      const changed = oneByteOf(Buffer.from(value)).map((bytes) => bytes.toString('latin1'))
      await fc.assert(
        fc.asyncProperty(
          changed.filter((text) => !saysTheSame(text, value)),
          async (text) => {
            expect(await deliver(body, { ...headers, [header]: text })).toEqual(refused)
          },
        ),
        { numRuns: 2500 },
      )
    })

    if (unsigned.length > 0) {
      test('with anything in headers that are not covered it is the same event', async () => {
        const [event] = (await deliveriesTo(provider)(body, headers)).events
        const others = fc.dictionary(fc.constantFrom(...unsigned), fc.string(), { minKeys: 1 })
        await fc.assert(
          fc.asyncProperty(others, async (more) => {
            const { status, events } = await deliveriesTo(provider)(body, { ...headers, ...more })
            expect([status, events.map(({ id, type }) => [id, type])]).toEqual([200, [[event!.id, event!.type]]])
          }),
          { numRuns: 500 },
        )
      })
    }

    test(`that says anything in one place is one event, or none: ${statuses.join(' or ')}`, async () => {
      const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
      const seen = new Set<number>()
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
          const sent = replaced(payload, path, value)
          const signed = provider.sign(sent)
          const { status, events } = await deliveriesTo(provider)(signed.body, signed.headers)
          seen.add(status)
          expect(events).toHaveLength(status === 200 ? 1 : 0)
          for (const event of events) check(event, sent)
        }),
        { numRuns: 3000 },
      )
      expect([...seen].sort()).toEqual(statuses)
    })
  })
}
