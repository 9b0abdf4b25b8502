/**
 * Why a signature did not fit, as far as trying can tell: a fault of the deployment, in words for its operator. Never
 * part of an answer, and never with anything in it that was secret.
 */
import type { Delivery } from '../delivery.js'
import { bodyVariants } from './body-variants.js'
import { allHeaders, headerValues, withoutPrefix } from './header.js'
import type { Message } from './mac.js'

/** A signature in a header, as far as explaining needs it. */
export interface ExplainedScheme {
  readonly header: string
  readonly prefix: string
  readonly prefixOptional: boolean
  readonly separator: string | undefined
  readonly repeatable: boolean
  /** What a well-written signature looks like. */
  readonly looks: string
  /** The bytes of a well-written signature, or null. */
  readonly read: (text: string) => Buffer | null
  /** What the signature covers: one message for each way in which the provider may have made it. */
  messages(body: Buffer): readonly Message[]
  readonly fits: (signatures: readonly Buffer[], messages: readonly Message[]) => boolean
  /** What else the signatures turn out to be of these messages. */
  otherwise?(signatures: readonly Buffer[], messages: readonly Message[]): string | null
}

/** Null when nothing that was tried fits. */
export function explainSignature(scheme: ExplainedScheme, delivery: Delivery): string | null {
  const values = headerValues(delivery, scheme.header)
  // The refusal says so, and says enough.
  if (values.length > 1 && !scheme.repeatable) return null
  const signatures = values.flatMap((value) => decodedIn(value, scheme.separator))
  const messages = messagesOf(scheme, delivery.body)
  if (signatures.length === 0) return inAnotherHeader(scheme, delivery, messages)
  if (scheme.fits(signatures, messages)) {
    const wanted = `${scheme.prefix}<${scheme.looks}>`
    return isWritten(values, scheme, messages) ? null : `the signature is right, but not written as ${wanted}`
  }
  const other = scheme.otherwise?.(signatures, messages)
  if (other != null) return other
  const variant = bodyVariants(delivery.body).find(({ body }) => scheme.fits(signatures, messagesOf(scheme, body)))
  return variant === undefined ? inAnotherHeader(scheme, delivery, messages) : `the signature fits ${variant.what}`
}

/** A message may be made of what a body says, and then not of every body; or of a header that is not there. */
function messagesOf(scheme: ExplainedScheme, body: Buffer): readonly Message[] {
  try {
    return scheme.messages(body)
  } catch {
    return []
  }
}

/** True when the fault is in another part, such as the time stamp. */
function isWritten(
  values: readonly string[],
  { prefix, prefixOptional, separator, read, fits }: ExplainedScheme,
  messages: readonly Message[],
): boolean {
  const entries = values.flatMap((value) => (separator === undefined ? [value] : value.split(separator)))
  return entries.some((entry) => {
    const text = withoutPrefix(entry.trim(), prefix, prefixOptional)
    const signature = text === null ? null : read(text)
    return signature !== null && fits([signature], messages)
  })
}

function inAnotherHeader(scheme: ExplainedScheme, delivery: Delivery, messages: readonly Message[]): string | null {
  const { header, separator } = scheme
  for (const [name, value] of allHeaders(delivery)) {
    if (name === header) continue
    const signatures = decodedIn(value, separator)
    if (signatures.length > 0 && scheme.fits(signatures, messages)) {
      return `the right signature came in the header ${name}, not in ${header}`
    }
  }
  return null
}

/** A sender has a few; a forger may send thousands, and each is tried in many ways. */
const MAX_TRIED = 4

/** Signatures in any of the ways they may be written. */
function decodedIn(value: string, separator: string | undefined): readonly Buffer[] {
  const entries = separator === undefined ? [value] : value.split(separator)
  const decoded: Buffer[] = []
  for (const entry of entries) {
    const signature = decodeLoosely(entry)
    if (signature !== null && decoded.push(signature) === MAX_TRIED) break
  }
  return decoded
}

/** Bytes in hex or base64, whatever stands in front of them. From 16 bytes on, up to those of the largest RSA keys. */
export function decodeLoosely(value: string): Buffer | null {
  if (value.length > 3000) return null
  const text = value.trim().replace(/^[a-z0-9-]{1,12}[=,](?=.)/i, '')
  if (/^(?:[0-9a-f]{2}){16,1024}$/i.test(text)) return Buffer.from(text, 'hex')
  return /^[a-z0-9+/_-]{20,1400}={0,2}$/i.test(text) ? Buffer.from(text, 'base64') : null
}
