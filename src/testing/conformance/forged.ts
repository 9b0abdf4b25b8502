/** Deliveries whose proof is wrong, or whose changes the proof does not cover. */
import assert from 'node:assert/strict'
import type { WebhookEvent } from '../../event.js'
import type { Provider, SignedDelivery } from '../../provider.js'
import { deliverToExpress } from './express-door.js'
import { harness, proofKind, type AnyDelivery } from './harness.js'
import type { Subject } from './options.js'
import { proofsInside, withValueAt } from './proofs-inside.js'

type Register = (name: string, run: () => Promise<void>) => unknown

/** The number of body places that are changed if each change needs a receiver of its own. */
const MAX_PLACES = 200

export function forgedTests(test: Register, { name, payload, create, repeatable }: Subject): void {
  test(`${name}: no header it is signed with may be missing, empty, changed or repeated`, async () => {
    const provider = create()
    const signed = provider.sign(payload)
    for (const header of (await proofKind(provider, signed)).headers) {
      const values = spoilings(signed.headers[header]!)
      for (const value of repeatable.includes(header) ? values.filter((one) => !Array.isArray(one)) : values) {
        await refused(provider, { ...signed, headers: { ...signed.headers, [header]: value } }, header)
      }
    }
  })

  test(`${name}: no proof inside its body may be missing, empty or changed`, async () => {
    const provider = create()
    const { authentication, format } = provider
    if (authentication.inBody !== true) return
    const { body, headers } = provider.sign(payload)
    const content = format.parse(body, { headers })
    const proofs = proofsInside(content, authentication.withoutProof(content))
    assert.ok(proofs.length > 0, 'withoutProof() takes nothing away')
    for (const { path, text } of proofs) {
      for (const value of [undefined, '', `${text}0`, text.slice(0, -1), withAnotherEnd(text)]) {
        const spoiled = format.write(withValueAt(content, path, value)).body
        await refused(provider, { body: spoiled, headers }, path.join('.'))
      }
    }
  })

  test(`${name}: a signature that covers the body covers every byte of it`, async () => {
    const provider = create()
    const signed = provider.sign(payload)
    const { coversBody, proven } = await proofKind(provider, signed)
    if (!coversBody || !proven) return
    const { deliver, handled } = harness(provider)
    for (let at = 0; at < signed.body.length; at++) {
      const { kind } = await deliver(withByteChanged(signed, at))
      // If no signed message can be built from the body, it is unusable: for example, if the signature is over sorted fields.
      assert.ok(kind === 'not_authentic' || kind === 'unusable', `byte ${at}: ${kind}`)
    }
    assert.equal(handled.length, 0)
  })

  test(`${name}: what the proof does not cover decides nothing`, async () => {
    const provider = create()
    const signed = provider.sign(payload)
    const { inBody, proven } = await proofKind(provider, signed)
    // A token proves the sender only, and a signature of the whole body leaves nothing uncovered.
    if (proven && !inBody) return
    const genuine = factsOf((await received(create(), signed)).at(0))
    const step = Math.ceil(signed.body.length / MAX_PLACES)
    for (let at = 0; at < signed.body.length; at += step) {
      for (const event of await received(create(), withByteChanged(signed, at))) {
        assert.deepEqual(factsOf(event), genuine, `byte ${at} decides something`)
      }
    }
  })

  test(`${name}: an Express app answers a forgery as the provider needs it`, async () => {
    const provider = create()
    const signed = provider.sign(payload)
    const { headers, inBody } = await proofKind(provider, signed)
    if (headers.length === 0 || inBody) return
    const { receiver, handled } = harness(provider)
    const unsigned = { ...signed, headers: { 'content-type': signed.headers['content-type'] } }
    assert.equal((await deliverToExpress(receiver, unsigned)).status, provider.answers.notAuthentic)
    assert.equal(handled.length, 0)
  })
}

async function refused(provider: Provider, delivery: AnyDelivery, what: string): Promise<void> {
  const { deliver, handled } = harness(provider)
  const { kind } = await deliver(delivery)
  assert.equal(kind, 'not_authentic', `with ${what} spoiled`)
  assert.equal(handled.length, 0)
}

function spoilings(value: string): readonly (string | readonly string[] | undefined)[] {
  return [undefined, '', `${value}0`, value.slice(0, -1), withAnotherEnd(value), [value, value], ['x', value]]
}

function withAnotherEnd(value: string): string {
  return value.slice(0, -1) + (value.endsWith('0') ? '1' : '0')
}

function withByteChanged({ body, headers }: SignedDelivery, at: number): SignedDelivery {
  const changed = Buffer.from(body)
  changed[at] = changed[at]! ^ 1
  return { body: changed, headers }
}

async function received(provider: Provider, delivery: SignedDelivery): Promise<readonly WebhookEvent[]> {
  const { deliver, handled } = harness(provider)
  await deliver(delivery)
  return handled
}

/** Everything that changes an order. It leaves out reasons, which are texts for people, and the time of a read-back. */
function factsOf(event: WebhookEvent | undefined) {
  assert.ok(event !== undefined, 'the genuine delivery becomes no event')
  const { native: _native, receivedAt: _time, reason: _text, ...facts } = event
  return {
    ...facts,
    received: facts.received && { ...facts.received, asOf: null },
    refund: facts.refund && { ...facts.refund, asOf: null },
    dispute: facts.dispute && { ...facts.dispute, reason: null },
  }
}
