/** Deliveries that another program signed. Only they prove that the scheme is the provider's and not our own invention. */
import assert from 'node:assert/strict'
import { deliverToExpress } from './express-door.js'
import { harness } from './harness.js'
import type { ProviderVector } from './options.js'
import type { Provider } from '../../provider.js'

type Register = (name: string, run: () => Promise<void>) => unknown

export function vectorTests(
  test: Register,
  vectors: readonly ProviderVector[],
  create: (name: string) => Provider,
): void {
  for (const { name, body, headers, valid } of vectors) {
    test(`vector: ${name} is ${valid ? 'accepted' : 'refused'}`, async () => {
      const provider = create(name)
      const { receiver, handled } = harness(provider)
      const contentType = provider.format.write({}).contentType
      const sent = { 'content-type': contentType, ...inLowerCase(headers) }
      const { status } = await deliverToExpress(receiver, { body: Buffer.from(body as string), headers: sent })
      const { accepted, notAuthentic } = provider.answers
      assert.deepEqual(
        { status, events: handled.length },
        valid
          ? { status: accepted.status, events: 1 }
          : { status: isUnreadable(provider, status) ? status : notAuthentic, events: 0 },
      )
    })
  }

  if (vectors.length === 0) return
  test('vectors: some are accepted and some are refused, so that neither an open nor a closed door passes', async () => {
    assert.deepEqual(new Set(vectors.map(({ valid }) => valid)), new Set([true, false]))
    await Promise.resolve()
  })
}

function inLowerCase(headers: ProviderVector['headers']) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** If the proof is inside the body, a body that cannot be parsed has no proof to check. */
function isUnreadable({ authentication }: Provider, status: number): boolean {
  return authentication.inBody === true && status === 400
}
