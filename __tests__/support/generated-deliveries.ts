/** Deliveries with one thing changed, as every provider has to withstand them: all in this process. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { answerTo, createReceiver, memoryStore, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { anything, pathsOf, replaced } from './mutations.js'

/** Takes deliveries through one receiver; answers the status and the events of each. */
export function deliveriesTo(provider: Provider) {
  let events: WebhookEvent[] = []
  const receiver = createReceiver(provider, {
    store: memoryStore(),
    on: {},
    onUnhandled: (event: WebhookEvent) => void events.push(event),
    onError: () => {},
  })
  return async (body: Buffer, headers: Readonly<Record<string, string>> = {}) => {
    events = []
    const outcome = await receiver.receive({ body, headers })
    return { status: answerTo(outcome, provider).status, events }
  }
}

/** What is there, with one byte of it another. */
const oneByteOf = (bytes: Buffer) =>
  fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ change
    return changed
  })

interface Tampering {
  readonly body: Buffer
  /** The header that carries the proof. */
  readonly header: string
  /** Headers that prove nothing, and may stand beside it. */
  readonly unsigned: readonly string[]
  /** True for another way to write the same proof. @default none */
  readonly isSame?: (text: string, signed: string) => boolean
}

/** 9,000 deliveries: what is covered cannot be changed, and what is not covered decides nothing. */
export function describeTampering(provider: Provider, { body, header, unsigned, isSame }: Tampering): void {
  describe('a delivery', () => {
    const { headers } = provider.sign(body)
    const signed = headers[header]!
    const refused = { status: provider.answers.notAuthentic, events: [] }

    test('is an event as it was signed, so that the changes below are what refuses it', async () => {
      expect(await deliveriesTo(provider)(body, headers)).toMatchObject({ status: 200, events: [{}] })
    })

    test('with one byte of its body changed is refused, and no event', async () => {
      const deliver = deliveriesTo(provider)
      await fc.assert(
        fc.asyncProperty(oneByteOf(body), async (changed) => {
          expect(await deliver(changed, headers)).toEqual(refused)
        }),
        { numRuns: 5000 },
      )
    })

    test('with one letter of its proof changed is refused, and no event', async () => {
      const deliver = deliveriesTo(provider)
      const changed = oneByteOf(Buffer.from(signed)).map((bytes) => bytes.toString('latin1'))
      await fc.assert(
        fc.asyncProperty(
          changed.filter((text) => isSame?.(text, signed) !== true),
          async (text) => {
            expect(await deliver(body, { ...headers, [header]: text })).toEqual(refused)
          },
        ),
        { numRuns: 3000 },
      )
    })

    test('with other headers beside its proof is the same event', async () => {
      const { events } = await deliveriesTo(provider)(body, headers)
      const others = fc.dictionary(fc.constantFrom(...unsigned), fc.string(), { minKeys: 1 })
      await fc.assert(
        fc.asyncProperty(others, async (more) => {
          const again = await deliveriesTo(provider)(body, { ...headers, ...more })
          expect(again).toMatchObject({ status: 200, events: [{ id: events[0]!.id, type: events[0]!.type }] })
        }),
        { numRuns: 1000 },
      )
    })
  })
}

/**
 * 2,000 payloads that say anything in one place: each is an event, or is kept for the operator.
 *
 * @param check what an event may say, given the payload as it was sent
 */
export function describeAnything<Payload extends object>(
  provider: Provider,
  payloads: readonly Payload[],
  check: (event: WebhookEvent, payload: Payload) => void,
): void {
  describe('a payload that says anything in one place', () => {
    const seen = new Set<number>()

    test('is an event that says no more than it, or is kept for the operator', async () => {
      const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
          const changed = replaced(payload, path, value) as Payload
          const { body, headers } = provider.sign(changed)
          const { status, events } = await deliveriesTo(provider)(body, headers)
          seen.add(status)
          expect([200, 400]).toContain(status)
          expect(events).toHaveLength(status === 200 ? 1 : 0)
          for (const event of events) check(event, JSON.parse(body.toString()) as Payload)
        }),
        { numRuns: 2000 },
      )
    })

    test('was answered in both ways', () => expect([...seen].sort()).toEqual([200, 400]))
  })
}
