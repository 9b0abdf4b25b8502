/** Deliveries of a sender that does not have the secret. */
import type { Provider, SignedDelivery } from '../provider.js'

type Signing = Pick<Provider, 'name' | 'authentication' | 'format' | 'sign'>

/**
 * The same delivery with the proof of another body. If the proof does not depend on the body, its token gets another end.
 *
 * @throws TypeError when the provider sends no proof that could be forged
 */
export function forge(provider: Signing, genuine: SignedDelivery): SignedDelivery {
  const { authentication } = provider
  return authentication.inBody === true ? forgeBody(provider, genuine) : forgeHeaders(provider, genuine)
}

/** A body without any proof: it has no headers of its own, and proofs inside are blanked. */
export function withoutProof({ authentication, format }: Signing, body: string): SignedDelivery {
  const bytes = Buffer.from(body)
  const { contentType } = format.write({})
  if (authentication.inBody !== true) return { body: bytes, headers: { 'content-type': contentType } }
  const blanked = format.write(authentication.withoutProof(format.parse(bytes, { headers: {} })))
  return { body: blanked.body, headers: { 'content-type': contentType } }
}

function forgeHeaders({ name, authentication }: Signing, { body, headers }: SignedDelivery): SignedDelivery {
  const genuine = authentication.sign(body) as Record<string, string>
  const ofAnother = authentication.sign(Buffer.concat([body, Buffer.from(' ')])) as Record<string, string>
  if (Object.keys(genuine).length === 0) {
    throw new TypeError(`forged: a callback of ${name} carries nothing that authenticates it, so none is more forged`)
  }
  const isSigned = Object.keys(genuine).some((header) => genuine[header] !== ofAnother[header])
  const forged = isSigned
    ? ofAnother
    : Object.fromEntries(Object.entries(genuine).map(([header, value]) => [header, withAnotherEnd(value)]))
  return { body, headers: { ...headers, ...forged } }
}

function forgeBody({ authentication, format }: Signing, { body, headers }: SignedDelivery): SignedDelivery {
  if (authentication.inBody !== true) return { body, headers }
  const content = format.parse(body, { headers })
  return { ...format.write(spoilProof(content, authentication.withoutProof(content))), headers }
}

/** A text is part of the proof if blanking changes it. */
function spoilProof(content: unknown, blanked: unknown): unknown {
  if (typeof content === 'string') return content === blanked ? content : withAnotherEnd(content)
  if (typeof content !== 'object' || content === null) return content
  const other = blanked as Readonly<Record<string, unknown>> | undefined
  if (Array.isArray(content)) return content.map((item, at) => spoilProof(item, other?.[at]))
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, spoilProof(value, other?.[name])]))
}

function withAnotherEnd(value: string): string {
  return value.slice(0, -1) + (value.endsWith('0') ? '1' : '0')
}
