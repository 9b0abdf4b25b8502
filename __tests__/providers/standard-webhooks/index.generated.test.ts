/** Deliveries by Standard Webhooks, signed by the reference library: 10,500 with one arbitrary value. */
import { describe, expect, test } from '@jest/globals'
import { generateKeyPairSync, sign as signWith } from 'node:crypto'
import { answerTo, type Provider } from 'express-payment-webhooks'
import { standardWebhooks } from 'express-payment-webhooks/providers/standard-webhooks'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { receiverOf } from '../../support/deliver.js'
import { clock, NOW, SECRET, sender, signedBy, TYPES } from '../../support/standard-sender.js'

/** 200 if proven, 401 if not, 400 if proven but no event; never another status. */
describe('generated deliveries', () => {
  const webhook = new Webhook(SECRET)
  const provider = sender()
  const ids = fc.string({ unit: fc.constantFrom(...Array.from('abcXYZ019._-')), minLength: 1, maxLength: 40 })
  const bodies = fc
    .record({ type: fc.constant('invoice.paid'), data: fc.jsonValue(), timestamp: fc.string() })
    .map((one) => JSON.stringify(one))

  async function verdictOn(body: string | Buffer, headers: Record<string, string>, by: Provider = provider) {
    const receiver = receiverOf(by)
    const outcome = await receiver.deliver(body, headers)
    return { status: answerTo(outcome, by).status, id: receiver.events[0]?.id ?? null }
  }
  const REFUSED = { status: 401, id: null }

  test('a byte that is changed, of the body or of what is signed beside it, is refused', async () => {
    const parts = ['body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
    const change = fc.record({
      id: ids,
      body: bodies,
      part: fc.constantFrom(...parts),
      at: fc.nat(),
      byte: fc.integer({ min: 1, max: 127 }),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({ id, body, part, at, byte }) => {
        const delivery: Record<string, string> = { body, ...signedBy(webhook, id, body) }
        const bytes = Buffer.from(delivery[part]!)
        bytes[at % bytes.length]! ^= byte
        const { body: sent, ...headers } = { ...delivery, [part]: bytes.toString('latin1') }
        expect(await verdictOn(part === 'body' ? bytes : sent!, headers)).toEqual(REFUSED)
      }),
      { numRuns: 4000 },
    )
  })

  test('what the reference library signs is the event of its id, within 300 seconds either way', async () => {
    const delivery = fc.record({ id: ids, body: bodies, off: fc.integer({ min: -330, max: 330 }) })
    await fc.assert(
      fc.asyncProperty(delivery, async ({ id, body, off }) => {
        const verdict = await verdictOn(body, signedBy(webhook, id, body, NOW + off))
        expect(verdict).toEqual(Math.abs(off) > 300 ? REFUSED : { status: 200, id: `standard-webhooks:${id}` })
      }),
      { numRuns: 2500 },
    )
  })

  test('headers that are not signed decide nothing', async () => {
    const names = ['svix-id', 'svix-signature', 'webhook-version', 'webhook-ids', 'x-webhook-id', 'content-type']
    const others = fc.dictionary(fc.constantFrom(...names), fc.string(), { minKeys: 1 })
    await fc.assert(
      fc.asyncProperty(ids, bodies, others, async (id, body, more) => {
        const verdict = await verdictOn(body, { ...more, ...signedBy(webhook, id, body) })
        expect(verdict).toEqual({ status: 200, id: `standard-webhooks:${id}` })
      }),
      { numRuns: 1500 },
    )
  })

  test('a signed text that is cut in another way is no event', async () => {
    const dotted = fc.array(ids, { minLength: 2, maxLength: 4 }).map((parts) => parts.join(`.${NOW}.`))
    await fc.assert(
      fc.asyncProperty(dotted, bodies, fc.nat(), async (id, body, at) => {
        const signed = signedBy(webhook, id, body)
        const parts = `${id}.${NOW}.${body}`.split('.')
        // Each part equal to the timestamp is a place to cut at; the genuine cut is left out.
        const places = parts.flatMap((part, index) => (part === String(NOW) && index > 0 ? [index] : []))
        const cut = places[at % places.length]!
        const moved = parts.slice(0, cut).join('.')
        if (moved === id || moved === '') return
        const rest = parts.slice(cut + 1).join('.')
        const { status, id: event } = await verdictOn(rest, { ...signed, 'webhook-id': moved })
        // The text is the same, so the signature matches, but such a body is not JSON.
        expect({ isEvent: event !== null, status }).toEqual({ isEvent: false, status: 400 })
      }),
      { numRuns: 1000 },
    )
  })

  describe('of a private key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const { x } = publicKey.export({ format: 'jwk' })
    const asymmetricSender = standardWebhooks({
      publicKey: `whpk_${Buffer.from(x!, 'base64url').toString('base64')}`,
      types: TYPES,
      ...clock(),
    })
    const signed = (id: string, body: string) => ({
      'webhook-id': id,
      'webhook-timestamp': String(NOW),
      'webhook-signature': `v1a,${signWith(null, Buffer.from(`${id}.${NOW}.${body}`), privateKey).toString('base64')}`,
    })
    const seen = new Set<number>()

    test('are accepted as they are, and refused with one byte changed', async () => {
      await fc.assert(
        fc.asyncProperty(ids, bodies, fc.nat(), fc.integer({ min: 0, max: 127 }), async (id, body, at, byte) => {
          const bytes = Buffer.from(body)
          bytes[at % bytes.length]! ^= byte
          const verdict = await verdictOn(bytes, signed(id, body), asymmetricSender)
          seen.add(verdict.status)
          expect(verdict).toEqual(byte === 0 ? { status: 200, id: `standard-webhooks:${id}` } : REFUSED)
        }),
        { numRuns: 1500 },
      )
    })

    test('both answers were given', () => expect([...seen].sort()).toEqual([200, 401]))
  })
})
