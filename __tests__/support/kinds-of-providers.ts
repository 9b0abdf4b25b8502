/** One small provider for each kind of proof, all about the same payment. */
import { generateKeyPairSync } from 'node:crypto'
import {
  bodySignature,
  bodyToken,
  currencyCode,
  decimal,
  defineProvider,
  hmacSignature,
  identifier,
  readBack,
  signature,
  type Authentication,
  type BodyFormat,
  type Provider,
} from 'express-payment-webhooks'
import { formBody, jsonOrFormBody, jsonSource } from 'express-payment-webhooks/formats'
import { publicKeySignature } from 'express-payment-webhooks/keys'
import { z } from 'zod'
import { SECRET } from './hmac-provider.js'

export const TOKEN = 'Q4wLc9ZtHv-6xKbMj2Ny-8RpFd3Gs'

/** The content of every callback; a proof inside the body is next to it. */
export const CALLBACK = { id: 'evt_1', order_id: '1001', amount: '49.90', currency: 'EUR', note: 'a lamp' }

const schema = z.object({ id: identifier, order_id: identifier, amount: decimal, currency: currencyCode })
type Callback = z.output<typeof schema>

export interface KindOptions {
  /** Notes the processing steps of a delivery's content, in order. */
  readonly onStep?: (step: 'parse' | 'look up' | 'validate' | 'toEvent' | 'read') => void
  /** The answer of the provider's API. @default the callback */
  readonly read?: () => Promise<Partial<Callback>>
  readonly expected?: () => string | null
}

interface Fields {
  readonly [field: string]: unknown
}

const fieldsOf = (content: unknown) => content as Fields

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** An event of exactly the proven data. */
function proven(name: string, authentication: Authentication, { onStep = () => {} }: KindOptions, format?: BodyFormat) {
  return defineProvider({
    name,
    types: ['payment.confirmed'],
    authentication,
    ...(format !== undefined && { format: watched(format, onStep) }),
    schema: {
      safeParse(content) {
        onStep('validate')
        return schema.safeParse(content)
      },
    },
    toEvent({ id, order_id: orderId, amount, currency }) {
      onStep('toEvent')
      const received = { amount, currency, basis: 'total' } as const
      return { type: 'payment.confirmed', identity: [id], orderId, received, native: { id, orderId, amount, currency } }
    },
  }) as Provider
}

/** An event of the API's data, whatever the callback contains. */
function readingBack(name: string, authentication: Authentication, options: KindOptions, format?: BodyFormat) {
  const { onStep = () => {}, read = async () => CALLBACK } = options
  return defineProvider({
    name,
    types: ['payment.confirmed'],
    authentication,
    ...(format !== undefined && { format: watched(format, onStep) }),
    schema: z.looseObject({ order_id: identifier }),
    toEvent(callback) {
      onStep('toEvent')
      return readBack({
        key: callback.order_id,
        read() {
          onStep('read')
          return read()
        },
        toEvent(state) {
          const { id, order_id: orderId, amount, currency } = { ...CALLBACK, ...state }
          const received = { amount, currency, basis: 'total' } as const
          return {
            type: 'payment.confirmed',
            identity: [id, Number(amount).toFixed(2)],
            orderId,
            received,
            native: callback,
          }
        },
      })
    },
  }) as Provider
}

function watched({ parse, write }: BodyFormat, onStep: NonNullable<KindOptions['onStep']>): BodyFormat {
  return {
    write,
    parse(...args) {
      onStep('parse')
      return parse(...args)
    },
  }
}

const json: BodyFormat = {
  parse: (...args) => jsonOrFormBody().parse(...args),
  write: (payload) => ({ body: Buffer.from(JSON.stringify(payload)), contentType: 'application/json' }),
}

/** The proof covers id, order, amount and currency, and not the note. */
const signed = bodySignature({
  secret: SECRET,
  read: (content) => fieldsOf(content)['sign'],
  write: (content, sign) => ({ ...fieldsOf(content), sign }),
  message: (content) =>
    ['id', 'order_id', 'amount', 'currency'].map((field) => `${String(fieldsOf(content)[field])}\n`),
})

const token = ({ onStep = () => {}, expected = () => TOKEN }: KindOptions) =>
  bodyToken({
    field: 'token',
    expected() {
      onStep('look up')
      return expected()
    },
  })

/** By name: a provider, and a payload as its sender would make it. */
export const KINDS = {
  'hmac-pay': (options: KindOptions = {}) =>
    proven('hmac-pay', hmacSignature({ header: 'x-sig', secret: SECRET }), options, json),
  'stamped-pay': (options: KindOptions = {}) =>
    proven(
      'stamped-pay',
      signature({
        header: 'x-sig',
        secret: SECRET,
        encoding: 'base64',
        id: 'x-id',
        timestamp: { header: 'x-time', toleranceSeconds: 300 },
        message: ({ id, timestamp, body }) => [id, '.', timestamp, '.', body],
      }),
      options,
      json,
    ),
  'sorted-pay': (options: KindOptions = {}) =>
    proven(
      'sorted-pay',
      signature({ header: 'x-sig', secret: SECRET, message: ({ body }) => [jsonSource(body).sorted()] }),
      options,
      json,
    ),
  'key-pay': (options: KindOptions = {}) =>
    proven(
      'key-pay',
      publicKeySignature({
        algorithm: 'RSA-SHA256',
        header: 'x-sig',
        keys: rsa.publicKey,
        privateKey: rsa.privateKey,
      }),
      options,
      json,
    ),
  'form-pay': (options: KindOptions = {}) =>
    proven('form-pay', hmacSignature({ header: 'x-sig', secret: SECRET }), options, formBody()),
  'signed-body-pay': (options: KindOptions = {}) => proven('signed-body-pay', signed, options, json),
  'signed-form-pay': (options: KindOptions = {}) => proven('signed-form-pay', signed, options, formBody()),
  'token-body-pay': (options: KindOptions = {}) => readingBack('token-body-pay', token(options), options, json),
  'token-form-pay': (options: KindOptions = {}) => readingBack('token-form-pay', token(options), options, formBody()),
  'unproven-pay': (options: KindOptions = {}) =>
    readingBack('unproven-pay', { verify: () => false, sign: () => ({}) }, options, json),
} satisfies Record<string, (options?: KindOptions) => Provider>

export type Kind = keyof typeof KINDS

export const KIND_NAMES = Object.keys(KINDS) as Kind[]

/** The callback of this kind's sender, before it is signed. */
export const payloadFor = (kind: Kind): object => (kind.startsWith('token-') ? { ...CALLBACK, token: TOKEN } : CALLBACK)
