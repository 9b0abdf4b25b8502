/** Requirements for every provider. Runs in any test runner that has a `test(name, run)` function. */
import assert from 'node:assert/strict'
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { Provider, SignedDelivery } from '../provider.js'
import { forgedTests } from './conformance/forged.js'
import { genuineTests } from './conformance/genuine.js'
import { harness } from './conformance/harness.js'
import { keptTests } from './conformance/kept.js'
import type { ProviderConformance } from './conformance/options.js'
import { vectorTests } from './conformance/vectors.js'
import { memoryStore } from '../stores/memory.js'

/**
 * Registers the tests that every provider has to pass, whatever its proof: in a header, in the body, by an address, too
 * small, or none at all. Needs express, in whose app deliveries arrive over a socket.
 *
 * @example
 * ```ts
 * import { providerConformance } from 'express-payment-webhooks/testing'
 *
 * describe('acme-pay', () =>
 *   providerConformance({
 *     test,
 *     create: () => acmePay({ secret: 'b5f0c1d2e3a4968778695a4b' }),
 *     payloads: { paid: { id: 'evt_1', order: '1001', paid: true } },
 *   }))
 * ```
 */
export function providerConformance<Event extends WebhookEvent>(options: ProviderConformance<Event>): void {
  const { test, payloads, vectors = [], repeatable = [] } = options
  const create = (name: string) => options.create(name) as Provider
  const names = Object.keys(payloads)
  if (names.length === 0) throw new TypeError('providerConformance: payloads must hold at least one')

  for (const name of names) {
    const subject = { name, payload: payloads[name]!, create: () => create(name), repeatable }
    genuineTests(test, subject)
    forgedTests(test, subject)
    keptTests(test, subject)
  }

  test('payloads that say different things are different events', async () => {
    const store = memoryStore()
    const known = new Map<string, string>()
    for (const name of names) {
      const provider = create(name)
      const { handled, deliver } = harness(provider, false, store)
      const { event, error } = await deliver(provider.sign(payloads[name]!))
      const id = event?.id ?? handled[0]?.id ?? ''
      const why = `${name} and ${known.get(id) ?? 'another payload'} are both ${id}, and say different things`
      assert.notEqual(error?.code, 'ID_CONFLICT', `${why}: put into the identity what tells them apart`)
      known.set(id, name)
    }
  })

  for (const text of ['', 'null', '[]', '"x"', '1', 'true', '{', '{} {}', "{'a':1}", 'NaN', '\ud83d', '[[[[']) {
    test(`a body of ${JSON.stringify(text)} is refused and disturbs nothing`, async () => {
      const provider = create(names[0]!)
      const { deliver, handled } = harness(provider)
      const { kind } = await deliver(signedIfPossible(provider, Buffer.from(text), payloads[names[0]!]!))
      assert.ok(kind === 'unusable' || kind === 'not_authentic', kind)
      assert.equal(handled.length, 0)
    })
  }

  vectorTests(test, vectors, create)
}

/** For some providers no signed message can be built from a body that is not a payload, so nobody could sign it. */
function signedIfPossible(provider: Provider, body: Buffer, payload: object | string): SignedDelivery {
  if (provider.authentication.inBody !== true) {
    try {
      return provider.sign(body)
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
    }
  }
  return { body, headers: provider.sign(payload).headers }
}
