/** What every provider must do. Runs in any test runner that has a `test(name, run)` function. */
import assert from 'node:assert/strict'
import type { WebhookEvent } from '../event.js'
import type { Outcome } from '../outcome.js'
import type { Provider } from '../provider.js'
import { createReceiver } from '../receiver.js'
import { memoryStore } from '../stores/memory.js'
import { statusOverHttp } from './over-http.js'

/**
 * Registers the tests every provider has to pass.
 *
 * @param options.test the runner's `test` or `it`
 * @param options.create makes the provider with a safe secret
 * @param options.payloads genuine payloads by name, each of an event type the provider lists
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
export function providerConformance<Event extends WebhookEvent>(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => Provider<Event>
  readonly payloads: Readonly<Record<string, object>>
}): void {
  const { test, create, payloads } = options

  for (const [name, payload] of Object.entries(payloads)) {
    const body = Buffer.from(JSON.stringify(payload))

    test(`${name}: a genuine delivery becomes one event of a listed type`, async () => {
      const provider = create()
      const { outcome, handled } = await harness(provider).deliver(body)
      assert.equal(outcome.kind, 'unhandled')
      assert.equal(handled.length, 1)
      assert.ok(provider.types.includes(handled[0]!.type), `${handled[0]!.type} is not among the provider's types`)
      assert.ok(handled[0]!.id.startsWith(`${provider.name}:`))
    })

    test(`${name}: a genuine delivery is verified as it comes over HTTP`, async () => {
      const provider = create()
      const { receiver, handled } = harness(provider)
      const signed = provider.sign(body)
      assert.equal(await statusOverHttp(receiver, signed.body, signed.headers), provider.answers.accepted.status)
      assert.equal(handled.length, 1)
    })

    test(`${name}: the same event delivered again, differently formatted, is a duplicate`, async () => {
      const receiver = harness(create())
      await receiver.deliver(body)
      const { outcome, handled } = await receiver.deliver(Buffer.from(JSON.stringify(payload, null, 2)))
      assert.equal(outcome.kind, 'duplicate')
      assert.equal(handled.length, 1)
    })

    test(`${name}: fields added by the provider later are accepted`, async () => {
      const { outcome } = await harness(create()).deliver(
        Buffer.from(JSON.stringify({ ...payload, added_later: { x: 1 } })),
      )
      assert.equal(outcome.kind, 'unhandled')
    })

    test(`${name}: no header it is signed with may be missing, empty, changed or repeated`, async () => {
      const provider = create()
      const { headers } = provider.sign(body)
      const { 'content-type': _, ...proofs } = headers
      for (const [header, value] of Object.entries(proofs)) {
        const last = value.at(-1) === '0' ? '1' : '0'
        for (const spoiled of [
          undefined,
          '',
          `${value}0`,
          value.slice(0, -1),
          value.slice(0, -1) + last,
          [value, value],
          ['x', value],
        ]) {
          const { outcome, handled } = await harness(provider).deliver(body, { ...headers, [header]: spoiled })
          assert.equal(outcome.kind, 'not_authentic', `${header}: ${spoiled === undefined ? 'missing' : 'spoiled'}`)
          assert.equal(handled.length, 0)
        }
      }
    })

    test(`${name}: a signature that covers the body covers every byte of it`, async () => {
      const provider = create()
      const { headers } = provider.sign(body)
      const covers = JSON.stringify(headers) !== JSON.stringify(provider.sign(Buffer.from('{}')).headers)
      for (let at = 0; covers && at < body.length; at++) {
        const changed = Buffer.from(body)
        changed[at] = changed[at]! ^ 1
        const { outcome } = await harness(provider).deliver(changed, headers)
        assert.equal(outcome.kind, 'not_authentic', `byte ${at}`)
      }
    })
  }

  for (const text of ['', 'null', '[]', '"x"', '1', 'true', '{', '{} {}', "{'a':1}", 'NaN', '\ud83d', '[[[[']) {
    test(`a body of ${JSON.stringify(text)} is unusable and disturbs nothing`, async () => {
      const { outcome, handled } = await harness(create()).deliver(Buffer.from(text))
      assert.equal(outcome.kind, 'unusable')
      assert.equal(handled.length, 0)
    })
  }
}

/** A receiver that keeps what reaches the handlers. */
function harness<Event extends WebhookEvent>(provider: Provider<Event>) {
  const handled: WebhookEvent[] = []
  const receiver = createReceiver(provider as Provider, {
    store: memoryStore(),
    on: {},
    onUnhandled: (event: WebhookEvent) => void handled.push(event),
    onError: () => {},
  })
  return {
    receiver,
    handled,
    async deliver(
      body: Buffer,
      headers: Readonly<Record<string, string | string[] | undefined>> = provider.sign(body).headers,
    ): Promise<{ outcome: Outcome; handled: WebhookEvent[] }> {
      return { outcome: await receiver.receive({ body, headers }), handled }
    },
  }
}
