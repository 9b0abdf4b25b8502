/** The common part of all signatures in headers: their place, the other signed parts, and their maximum age. */
import { createHash } from 'node:crypto'
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import type { HeaderProofOptions, MessageParts } from './header-proof-options.js'
import { headerName, headerValues, repeatedHeader, singleHeader, withoutPrefix } from './header.js'
import type { Message } from './mac.js'
import { mismatch } from './mismatch.js'
import { checkWindow, timestampIn } from './timestamp.js'

/** A sender that rotates its secret sends two signatures. A forger may send thousands. */
const MAX_SIGNATURES = 16

/** A signature scheme. */
interface Scheme {
  /** The bytes of a signature, or null if the text is not exactly one. */
  read(text: string): Buffer | null
  /** Describes a well-formed signature, for messages. */
  readonly looks: string
  /** True if any of the signatures matches any of the messages. */
  fits(signatures: readonly Buffer[], messages: readonly Message[], delivery: Delivery): Awaitable<boolean>
  sign(message: Message): string
}

/**
 * Makes an id, or the value of another header, if a test gives none. The same content gets the same id, in any JSON
 * formatting.
 */
function madeId(body: Buffer): string {
  return `msg_${createHash('sha256').update(withoutSpace(body)).digest('hex').slice(0, 24)}`
}

function withoutSpace(body: Buffer): Buffer | string {
  try {
    return JSON.stringify(JSON.parse(body.toString('utf8')))
  } catch {
    return body
  }
}

const bodyAlone = ({ body }: MessageParts): Message => [body]

/** @param where the function that got the options, for messages */
export function headerProof(where: string, options: HeaderProofOptions, scheme: Scheme) {
  const { prefix = '', prefixOptional = false, separator, repeatable = false, timestamp } = options
  const { message = bodyAlone, provesBody = true, now = () => clock.now() } = options
  const header = headerName(options.header)
  const idHeader = options.id === undefined ? undefined : headerName(options.id)
  const further = (options.headers ?? []).map(headerName)
  const signedHeaders = [...(idHeader === undefined ? [] : [idHeader]), ...further]
  const urls = urlsOf(where, options.url)
  const stamp = timestampIn(timestamp, header, separator)

  const entriesOf = (delivery: Delivery): readonly string[] => {
    const values = headerValues(delivery, header)
    if (values.length === 0) throw new DeliveryError('AUTH_HEADER_MISSING', `the ${header} header is missing`)
    if (values.length > 1 && !repeatable) throw repeatedHeader(header, values.length)
    if (separator === undefined) return values
    return values.flatMap((value) => value.split(separator)).map((entry) => entry.trim())
  }

  const signaturesIn = (entries: readonly string[]): readonly Buffer[] => {
    const candidates = entries
      .map((entry) => withoutPrefix(entry, prefix, prefixOptional))
      .filter((text) => text !== null)
    if (candidates.length > MAX_SIGNATURES) {
      throw malformed(`has ${candidates.length} signatures; no sender has more than ${MAX_SIGNATURES}`)
    }
    const read = candidates.map((text) => scheme.read(text)).filter((one) => one !== null)
    // A single signature has to be well-formed. Of several, at least one has to be.
    const enough = separator === undefined ? read.length === candidates.length : true
    if (enough && read.length > 0) return read
    throw malformed(`is not ${prefix === '' ? scheme.looks : `${prefix} and ${scheme.looks}`}`)
  }

  const malformed = (how: string) => new DeliveryError('AUTH_HEADER_MALFORMED', `the ${header} header ${how}`)

  const messagesFor = (delivery: Delivery, id: string, time: string, body = delivery.body): readonly Message[] => {
    if (message === bodyAlone) return [[body]]
    const signed = (name: string) => {
      if (!further.includes(name)) throw new TypeError(`${where}: name ${JSON.stringify(name)} in headers to sign it`)
      return singleHeader(delivery, name)
    }
    return urls.flatMap((url) => several(where, message({ body, id, timestamp: time, url, header: signed })))
  }

  return {
    header,
    signedHeaders,
    verify: (delivery: Delivery): Awaitable<boolean> => {
      const entries = entriesOf(delivery)
      const signatures = signaturesIn(entries)
      const time = stamp.read(delivery, entries)
      const id = idHeader === undefined ? '' : idIn(delivery, idHeader)
      const decide = (fits: boolean): boolean => {
        if (!fits) throw mismatch()
        if (timestamp !== undefined) checkWindow(timestamp, time, now())
        return provesBody
      }
      const fitting = scheme.fits(signatures, messagesFor(delivery, id, time), delivery)
      return isPromise(fitting) ? fitting.then(decide) : decide(fitting)
    },
    /** The messages for another body with the headers of this delivery, for explanations. */
    messages: (delivery: Delivery, body: Buffer): readonly Message[] => {
      const [id = ''] = idHeader === undefined ? [] : headerValues(delivery, idHeader)
      return messagesFor(delivery, id, stamp.peek(delivery), body)
    },
    sign: (body: Buffer, chosen: Readonly<Record<string, string>> = {}): Record<string, string> => {
      const beside = Object.fromEntries(signedHeaders.map((name) => [name, chosen[name] ?? madeId(body)]))
      const time = stamp.make(now())
      const [signed] = messagesFor({ body, headers: beside }, beside[idHeader ?? ''] ?? '', time)
      return { ...beside, ...stamp.write(time, header, prefix + scheme.sign(signed!)) }
    },
  }
}

/** One message is a list of parts. Several messages are a list of lists. */
function several(where: string, messages: Message | readonly Message[]): readonly Message[] {
  const list = Array.isArray(messages[0]) ? (messages as readonly Message[]) : [messages as Message]
  // A signature of an empty message would match every body.
  if (list.every((one) => one.length > 0)) return list
  throw new TypeError(`${where}: message() returned nothing that can be signed`)
}

/** An empty id identifies no event: all deliveries with it would be the same event. */
function idIn(delivery: Delivery, header: string): string {
  const id = singleHeader(delivery, header)
  if (id === '') throw new DeliveryError('AUTH_HEADER_MISSING', `the ${header} header is empty`)
  return id
}

function urlsOf(where: string, url: HeaderProofOptions['url']): readonly string[] {
  const urls = [url ?? []].flat()
  for (const one of urls) {
    if (typeof one !== 'string' || !URL.canParse(one)) {
      invalidOption(where, 'url must be exactly the one registered with the provider')
    }
  }
  return urls.length === 0 ? [''] : urls
}
