/** Deliveries of PayPal, its API's answers about them, and bodies that are forged under the headers of others. */
import { crc32 } from 'node:zlib'
import type { Provider } from 'express-payment-webhooks'
import { paypal, type PayPalOptions } from 'express-payment-webhooks/providers/paypal'
import { payPalTestKeys } from 'express-payment-webhooks/testing'
import { receiverOf } from '../../support/deliver.js'
import { payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'

interface PayPalVectors {
  readonly webhook_id: string
  readonly at: string
  readonly root_pem: string
  readonly certificates: { readonly leaf: string; readonly other: string }
  readonly cases: readonly (Vector & {
    readonly webhook_ids?: string[]
    readonly certificate?: 'other'
    readonly fetch?: false
  })[]
  readonly forgery: readonly Vector[]
  readonly published: readonly (Vector & { readonly webhook_id: string; readonly certificate_pem: string })[]
}

export const { paypal: vectors } = vectorsOf<{ paypal: PayPalVectors }>('paypal')

export const WEBHOOK_ID = vectors.webhook_id
export const CAPTURE = '6AB12345CD678901E'

type Json = Record<string, unknown>

export const fixture = (name: string): Json & { readonly resource: Json & { id: string } } =>
  JSON.parse(payloadOf('paypal', `${name}.json`).toString()) as never

/** The capture of the fixtures, as PayPal answers it. */
export const capture = (rest: object = {}): Json => ({ ...fixture('payment_capture_completed').resource, ...rest })

export const refund = (rest: object = {}): Json => ({
  ...fixture('payment_capture_refunded_partial').resource,
  ...rest,
})

/** An event with an id of its own, about a resource. */
export const event = (event_type: string, resource: object, id = `WH-${event_type.replaceAll('.', '-')}`): Json => ({
  ...fixture('payment_capture_completed'),
  id,
  event_type,
  resource,
})

/** A provider that signs, and that reads the content of `answers`; null for every other path. */
export function payPal(answers: Readonly<Record<string, unknown>>, rest: Partial<PayPalOptions> = {}) {
  const asked: string[] = []
  const readBack = async (path: string) => {
    asked.push(path)
    return answers[path] ?? null
  }
  const options = { webhookId: WEBHOOK_ID, testKeys: payPalTestKeys(), readBack, ...rest }
  return { provider: paypal(options as PayPalOptions), asked }
}

const CAPTURES = '/v2/payments/captures/'
const REFUNDS = '/v2/payments/refunds/'
export const EVENTS = '/v1/notifications/webhooks-events/'

/** The answers that confirm this event. */
export function answersTo(native: Json): Record<string, unknown> {
  const { id } = native['resource'] as { id: string }
  return {
    [CAPTURES + id]: native['resource'],
    [REFUNDS + id]: native['resource'],
    [EVENTS + String(native['id'])]: native,
  }
}

/** Delivers an event that PayPal confirms unchanged; answers the outcome and the handled events. */
export async function become(native: Json, answers: Record<string, unknown> = answersTo(native), rest = {}) {
  const { provider, asked } = payPal(answers, rest)
  const receiver = receiverOf(provider as Provider)
  const outcome = await receiver.deliver(JSON.stringify(native))
  return { outcome, event: receiver.events[0], asked }
}

/** Letters that each stand for one bit; enough of them reach any checksum. */
const BITS = 48

/**
 * Another body with the checksum of the first, which anybody can make who has seen a delivery. A checksum is linear, so each
 * letter of a pad changes it by a fixed amount, and the pad is the solution of 32 equations.
 */
export function forgedLike(genuine: string, forged: Json): string {
  const bodyWith = (pad: string) => JSON.stringify({ ...forged, pad })
  const zeros = 'A'.repeat(BITS)
  const start = crc32(bodyWith(zeros))
  const changes = Array.from({ length: BITS }, (_, at) => {
    const pad = `${zeros.slice(0, at)}C${zeros.slice(at + 1)}`
    return { change: (crc32(bodyWith(pad)) ^ start) >>> 0, letters: 1n << BigInt(at) }
  })
  // Gaussian elimination: one change for each bit of the checksum.
  const basis: ({ change: number; letters: bigint } | undefined)[] = []
  for (const one of changes) {
    let { change, letters } = one
    for (let bit = 31; bit >= 0 && change !== 0; bit--) {
      if (((change >>> bit) & 1) === 0) continue
      const known = basis[bit]
      if (known === undefined) {
        basis[bit] = { change, letters }
        break
      }
      change = (change ^ known.change) >>> 0
      letters ^= known.letters
    }
  }
  let wanted = (crc32(genuine) ^ start) >>> 0
  let letters = 0n
  for (let bit = 31; bit >= 0; bit--) {
    if (((wanted >>> bit) & 1) === 0) continue
    wanted = (wanted ^ basis[bit]!.change) >>> 0
    letters ^= basis[bit]!.letters
  }
  const pad = Array.from(zeros, (_, at) => ((letters >> BigInt(at)) & 1n ? 'C' : 'A')).join('')
  return bodyWith(pad)
}
