/**
 * Explains why a signature did not match, as far as trials can find out: a fault of the deployment, in words for its
 * operator. Never part of an answer, and never contains anything secret.
 */
import type { Delivery } from '../delivery.js'
import { bodyVariants } from './body-variants.js'
import { allHeaders, headerValues, withoutPrefix } from './header.js'
import type { Message } from './mac.js'

/** A signature in a header, with the data that an explanation needs. */
export interface ExplainedScheme {
  readonly header: string
  readonly prefix: string
  readonly prefixOptional: boolean
  readonly separator: string | undefined
  readonly repeatable: boolean
  /** Describes a well-formed signature. */
  readonly looks: string
  /** Returns the bytes of a well-formed signature, or null. */
  readonly read: (text: string) => Buffer | null
  /** Returns the signed content: one message for each way in which the provider may have made it. */
  messages(body: Buffer): readonly Message[]
  readonly fits: (signatures: readonly Buffer[], messages: readonly Message[]) => boolean
  /** Explains signatures that match these messages in another way, for example with another algorithm. */
  otherwise?(signatures: readonly Buffer[], messages: readonly Message[]): string | null
}

/** Null if nothing that was tried matches. */
export function explainSignature(scheme: ExplainedScheme, delivery: Delivery): string | null {
  const values = headerValues(delivery, scheme.header)
  // The refusal already reports the repeated header.
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

/** A message may need a value from the body or a header, which may be missing. */
function messagesOf(scheme: ExplainedScheme, body: Buffer): readonly Message[] {
  try {
    return scheme.messages(body)
  } catch {
    return []
  }
}

/** True if the fault is in another part, such as the timestamp. */
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

/** A sender has few signatures. A forger may send thousands, and each one is tried in many ways. */
const MAX_TRIED = 4

/** Signatures in every known format. */
function decodedIn(value: string, separator: string | undefined): readonly Buffer[] {
  const entries = separator === undefined ? [value] : value.split(separator)
  const decoded: Buffer[] = []
  for (const entry of entries) {
    const signature = decodeLoosely(entry)
    if (signature !== null && decoded.push(signature) === MAX_TRIED) break
  }
  return decoded
}

/**
 * Bytes in hex or base64, with or without a short prefix such as `sha256=`. At least 16 bytes, and at most the size of
 * the largest RSA signature.
 */
export function decodeLoosely(value: string): Buffer | null {
  if (value.length > 3000) return null
  const text = value.trim().replace(/^[a-z0-9-]{1,12}[=,](?=.)/i, '')
  if (/^(?:[0-9a-f]{2}){16,1024}$/i.test(text)) return Buffer.from(text, 'hex')
  return /^[a-z0-9+/_-]{20,1400}={0,2}$/i.test(text) ? Buffer.from(text, 'base64') : null
}
