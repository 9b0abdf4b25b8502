/** The endpoint under examination: sends it events of its own, and asks the shop how many took effect. */
import { randomBytes, randomUUID } from 'node:crypto'
import { sample, type SampleProvider } from '../../testing/sample.js'
import { signedRequest, type SignedRequest } from '../../testing/signed-request.js'
import type { Account, Signer } from '../accounts.js'
import { CommandError, EXIT } from '../command.js'
import { postTo, unreachable, type Answered } from '../endpoint.js'

/** CityPay's callbacks carry nothing to examine, and its side of a read-back cannot be played from here. */
export type ExaminedProvider = Exclude<SampleProvider, 'city-pay'>

/** An event nobody has sent before, about an order. */
const PROBES: Readonly<Record<ExaminedProvider, (id: string, order: string) => object>> = {
  'coins-ph': (id, order) =>
    sample('coins-ph', 'payment.confirmed', { event: { data: { id, external_transaction_id: order } } }),
  'crypto-gateway': (id, order) =>
    sample('crypto-gateway', 'transaction.confirmed', { data: { id, hash: id, metadata: { order_id: order } } }),
  'coinbar-pay': (id, order) =>
    sample('coinbar-pay', 'payment.confirmed', { payment_id_coinbar: id, payment_request_id_client: order }),
}

export const EXAMINED_PROVIDERS = Object.keys(PROBES) as readonly ExaminedProvider[]

export interface Patient {
  /** Signs as the provider does. */
  readonly genuine: Signer
  /** Signs with a secret that is not the shop's. */
  readonly stranger: Signer
  /** Signs as the provider did ten minutes ago; undefined where time is not signed. */
  readonly late: Signer | undefined
  /** A new event about the shop's order, or about another. */
  readonly event: (more?: object, order?: string) => object
  readonly sign: (payload: object | string, signer?: Signer) => SignedRequest
  readonly post: (request: SignedRequest) => Promise<Answered>
  /** How many events took effect so far; undefined when the shop does not say. */
  readonly effects: (() => Promise<number>) | undefined
}

const LATE_MS = 10 * 60_000

export function patientAt(
  url: URL,
  provider: ExaminedProvider,
  { fields, signer }: Account,
  { order, effects, timestamped }: { order: string; effects: URL | undefined; timestamped: boolean },
): Patient {
  const genuine = signer()
  return {
    genuine,
    stranger: signer({ secret: randomBytes(24).toString('hex') }),
    late: timestamped ? signer({ now: () => Date.now() - LATE_MS }) : undefined,
    event: (more = {}, about = order) => ({ ...PROBES[provider](randomUUID(), about), ...fields, ...more }),
    sign: (payload, by = genuine) => signedRequest(by, payload),
    post: (request) => postTo(url, request),
    effects: effects && (() => count(effects)),
  }
}

async function count(url: URL): Promise<number> {
  let text: string
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) })
    text = response.ok ? await response.text() : `status ${response.status}`
  } catch (cause) {
    throw unreachable(url, cause)
  }
  if (/^\s*\d{1,15}\s*$/.test(text)) return Number(text)
  throw new CommandError(
    EXIT.unreachable,
    `${url.href} must answer one whole number, not ${JSON.stringify(text.slice(0, 40))}`,
  )
}
