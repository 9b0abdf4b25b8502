/** Genuine deliveries: accepted once, with the answer that the sender needs. */
import assert from 'node:assert/strict'
import { deliverToExpress } from './express-door.js'
import { harness, proofKind } from './harness.js'
import type { Subject } from './options.js'
import { reformatted, withLaterField } from './rewrite.js'

type Register = (name: string, run: () => Promise<void>) => unknown

export function genuineTests(test: Register, { name, payload, create }: Subject): void {
  test(`${name}: a genuine delivery becomes one event of a listed type`, async () => {
    const provider = create()
    const { deliver, handled } = harness(provider)
    const outcome = await deliver(provider.sign(payload))
    assert.equal(outcome.kind, 'unhandled', outcome.error?.message)
    assert.equal(handled.length, 1)
    assert.ok(
      provider.types.includes(handled[0]!.type),
      `${handled[0]!.type} is not among the provider's types: each of the payloads has to become an event of one of them`,
    )
    assert.ok(handled[0]!.id.startsWith(`${provider.name}:`))
  })

  test(`${name}: an Express app gives its sender the answers of the provider`, async () => {
    const provider = create()
    const { accepted, later } = provider.answers
    const { receiver, handled } = harness(provider)
    const answer = await deliverToExpress(receiver, provider.sign(payload))
    assert.equal(answer.status, accepted.status)
    assert.equal(answer.body, accepted.body)
    assert.equal(handled.length, 1)
    const putOff = create()
    assert.equal((await deliverToExpress(harness(putOff, true).receiver, putOff.sign(payload))).status, later)
  })

  test(`${name}: the same event delivered again, differently formatted, is a duplicate`, async () => {
    const provider = create()
    const { deliver, handled } = harness(provider)
    const signed = provider.sign(payload)
    // A delivery with proof headers may still not be proven. Its provider may then refuse another body under the same proof.
    const { proven, headers } = await proofKind(provider, signed)
    const isAnyBodyWelcome = proven || headers.length === 0
    await deliver(signed)
    const again = await deliver(isAnyBodyWelcome ? reformatted(provider, payload) : signed)
    assert.equal(again.kind, 'duplicate', again.error?.message)
    assert.equal(handled.length, 1)
  })

  test(`${name}: fields added by the provider later are accepted`, async () => {
    const provider = create()
    const later = withLaterField(provider, payload)
    if (later === null) return
    const outcome = await harness(provider).deliver(provider.sign(later))
    assert.equal(outcome.kind, 'unhandled', outcome.error?.message)
  })

  test(`${name}: sign() takes an exact body`, async () => {
    const provider = create()
    const { body } = provider.sign(payload)
    const signed = provider.sign(body)
    assert.deepEqual(signed.body, body)
    assert.equal((await harness(provider).deliver(signed)).kind, 'unhandled')
  })
}
