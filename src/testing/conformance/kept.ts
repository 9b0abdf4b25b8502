/** Deliveries that are kept for a replay: the bytes without a proof, and the signed headers. */
import assert from 'node:assert/strict'
import type { Provider, SignedDelivery } from '../../provider.js'
import { harness } from './harness.js'
import type { Subject } from './options.js'
import { proofsInside } from './proofs-inside.js'

type Register = (name: string, run: () => Promise<void>) => unknown

export function keptTests(test: Register, { name, payload, create }: Subject): void {
  test(`${name}: what is kept of it means the same when it is replayed`, async () => {
    const provider = create()
    const signed = provider.sign(payload)
    const { body, headers } = keptOf(provider, signed)
    const { authentication, format } = provider
    const parsed = format.parse(signed.body, signed)
    const content = authentication.inBody === true ? authentication.withoutProof(parsed) : parsed
    const first = await provider.interpret(content, { headers })
    const again = await provider.interpret(format.parse(body, { headers }), { headers })
    assert.equal(textOf(again), textOf(first))
  })

  test(`${name}: no proof inside its body reaches a handler, or is kept`, async () => {
    const provider = create()
    const { authentication, format } = provider
    if (authentication.inBody !== true) return
    const signed = provider.sign(payload)
    const content = format.parse(signed.body, signed)
    const { deliver, handled } = harness(provider)
    await deliver(signed)
    const shown = [JSON.stringify(handled), keptOf(provider, signed).body.toString('utf8')]
    for (const { path, text } of proofsInside(content, authentication.withoutProof(content))) {
      assert.ok(!shown.some((one) => one.includes(text)), `${path.join('.')} is shown`)
    }
  })

  test(`${name}: its signed headers are no signatures`, async () => {
    const provider = create()
    const { signedHeaders = [] } = provider.authentication
    const chosen = Object.fromEntries(signedHeaders.map((header) => [header, 'chosen-by-the-suite']))
    const { headers } = provider.sign(payload, chosen)
    for (const header of signedHeaders) {
      assert.equal(headers[header], chosen[header], `${header} is made of the body or of a secret, and would be kept`)
    }
    await Promise.resolve()
  })
}

function keptOf({ authentication, format }: Provider, { body, headers }: SignedDelivery): SignedDelivery {
  const { signedHeaders = [] } = authentication
  const kept = Object.fromEntries(
    signedHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  )
  if (authentication.inBody !== true) return { body, headers: kept }
  return { body: format.write(authentication.withoutProof(format.parse(body, { headers }))).body, headers: kept }
}

/** An event before its read-back is identified by its payment and by the facts that the proof covers. */
function textOf(interpretation: object): string {
  if (!('confirm' in interpretation)) return JSON.stringify(interpretation)
  const { key, known } = interpretation.confirm as { readonly key: string; readonly known: object | null }
  return JSON.stringify({ key, known })
}
