/** The common part of all signatures in headers: where they stand, what else is signed, and how old it may be. */
import { createHash } from 'node:crypto'
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import { headerName, headerValues, singleHeader, withoutPrefix } from './header.js'
import { mismatch, type Message } from './mac.js'
import { checkWindow, timestampIn, type TimestampOptions } from './timestamp.js'

/** What a message may be made of. */
export interface MessageParts {
  /** The exact bytes received. */
  readonly body: Buffer
  /** The value of the `id` header; empty where the scheme has none. */
  readonly id: string
  /** The digits of the time stamp; empty where the scheme has none. */
  readonly timestamp: string
  /** The configured address; empty where none is. */
  readonly url: string
  /** A header named in `headers`, which has to be there exactly once. */
  readonly header: (name: string) => string
}

/** Options of every signature in a header. */
export interface HeaderProofOptions {
  /** The header that carries the signature. */
  readonly header: string
  /** Text in front of the signature, required exactly. @default '' */
  readonly prefix?: string
  /** True where the sender may leave the prefix out. @default false */
  readonly prefixOptional?: boolean
  /**
   * Between the entries of a header that holds several. Entries without the prefix are skipped; one signature that fits
   * is enough. @default none: the header is one signature
   */
  readonly separator?: string
  /** True where the sender may send the header several times, one signature in each. @default false */
  readonly repeatable?: boolean
  /** The header that names the event; covered by the proof, and given to `toEvent`. @default none */
  readonly id?: string
  /** Where the time stamp stands, and how far it may be off. @default none */
  readonly timestamp?: TimestampOptions
  /**
   * Further headers that the message is made of, and that `toEvent` gets. They are kept with a delivery and tell it from
   * others, so name none that is secret, and none that changes from one attempt to the next. @default none
   */
  readonly headers?: readonly string[]
  /** The address registered with the provider, where it is signed; several where it is being moved. */
  readonly url?: string | readonly string[] | undefined
  /** What is signed, one part after another. @default the body alone */
  readonly message?: (parts: MessageParts) => Message
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

export const HEADER_PROOF_OPTIONS: readonly string[] = [
  'header',
  'prefix',
  'prefixOptional',
  'separator',
  'repeatable',
  'id',
  'timestamp',
  'headers',
  'url',
  'message',
  'now',
]

/** A sender that rotates its secret sends two signatures; a forger may send thousands. */
const MAX_SIGNATURES = 16

/** A way to sign. */
interface Scheme {
  /** The bytes of a signature, or null when the text is not exactly one. */
  read(text: string): Buffer | null
  /** What a well-written signature looks like, for messages. */
  readonly looks: string
  /** True when any of the signatures fits any of the messages. */
  fits(signatures: readonly Buffer[], messages: readonly Message[], delivery: Delivery): Awaitable<boolean>
  sign(message: Message): string
}

/** An id that no test gives, so that the same body is the same event. */
const madeId = (body: Buffer) => `msg_${createHash('sha256').update(body).digest('hex').slice(0, 24)}`

const bodyAlone = ({ body }: MessageParts): Message => [body]

/** @param where the function that was given the options, for messages */
export function headerProof(where: string, options: HeaderProofOptions, scheme: Scheme) {
  const { prefix = '', prefixOptional = false, separator, repeatable = false } = options
  const { timestamp, now = () => clock.now() } = options
  const { message = bodyAlone } = options
  const header = headerName(options.header)
  const idHeader = options.id === undefined ? undefined : headerName(options.id)
  const further = (options.headers ?? []).map(headerName)
  const urls = urlsOf(where, options.url)
  const stamp = timestampIn(timestamp, header, separator)

  const entriesOf = (delivery: Delivery): readonly string[] => {
    const values = headerValues(delivery, header)
    if (!repeatable || values.length === 0) singleHeader(delivery, header)
    if (separator === undefined) return values
    return values.flatMap((value) => value.split(separator)).map((entry) => entry.trim())
  }

  const signaturesIn = (entries: readonly string[]): readonly Buffer[] => {
    const candidates = entries
      .map((entry) => withoutPrefix(entry, prefix, prefixOptional))
      .filter((text) => text !== null)
      .slice(0, MAX_SIGNATURES + 1)
    const read = candidates.map((text) => scheme.read(text)).filter((one) => one !== null)
    // One signature has to be well written; of several, at least one.
    const enough = separator === undefined ? read.length === candidates.length : true
    if (enough && read.length > 0 && read.length <= MAX_SIGNATURES) return read
    const wanted = prefix === '' ? scheme.looks : `${prefix} and ${scheme.looks}`
    throw new DeliveryError('AUTH_HEADER_MALFORMED', `the ${header} header is not ${wanted}`)
  }

  const messagesFor = (delivery: Delivery, id: string, time: string, body = delivery.body): readonly Message[] => {
    const signed = (name: string) => {
      if (!further.includes(name)) throw new TypeError(`${where}: name ${JSON.stringify(name)} in headers to sign it`)
      return singleHeader(delivery, name)
    }
    return urls.map((url) => message({ body, id, timestamp: time, url, header: signed }))
  }

  return {
    header,
    signedHeaders: [...(idHeader === undefined ? [] : [idHeader]), ...further],
    verify: (delivery: Delivery): Awaitable<boolean> => {
      const entries = entriesOf(delivery)
      const signatures = signaturesIn(entries)
      const time = stamp.read(delivery, entries)
      const id = idHeader === undefined ? '' : singleHeader(delivery, idHeader)
      const decide = (fits: boolean): true => {
        if (!fits) throw mismatch()
        if (timestamp !== undefined) checkWindow(timestamp, time, now())
        return true
      }
      const fitting = scheme.fits(signatures, messagesFor(delivery, id, time), delivery)
      return isPromise(fitting) ? fitting.then(decide) : decide(fitting)
    },
    /** The messages that a body would have been signed as, for explanations. */
    messages: (delivery: Delivery, body: Buffer): readonly Message[] => {
      const [id = ''] = idHeader === undefined ? [] : headerValues(delivery, idHeader)
      return messagesFor(delivery, id, stamp.peek(delivery), body)
    },
    sign: (body: Buffer): Record<string, string> => {
      const id = idHeader === undefined ? '' : madeId(body)
      const time = stamp.make(now())
      const [message] = messagesFor({ body, headers: {} }, id, time)
      return {
        ...(idHeader !== undefined && { [idHeader]: id }),
        ...stamp.write(time, header, prefix + scheme.sign(message!)),
      }
    },
  }
}

function urlsOf(where: string, url: HeaderProofOptions['url']): readonly string[] {
  const urls = [url ?? []].flat()
  for (const one of urls) {
    if (typeof one !== 'string' || !URL.canParse(one)) {
      invalidOption(where, 'url must be the address exactly as it is registered with the provider')
    }
  }
  return urls.length === 0 ? [''] : urls
}
