/** Realistic payloads by name. */
import { randomUUID } from 'node:crypto'
import { didYouMean, nearest } from '../lib/did-you-mean.js'
import { fresh, idsOfRefund, namesOrder, ORDER, type Freshness } from './fresh.js'
import { overlay, type Overrides } from './overlay.js'
import type { SampleAccount } from './samples/account.js'
import { CATALOGUE, type SampleFile } from './samples/index.js'

export type SampleProvider = keyof typeof CATALOGUE

type Samples<Name extends SampleProvider> = (typeof CATALOGUE)[Name]['samples']
type SampleTypes<Name extends SampleProvider> = (typeof CATALOGUE)[Name]['types']

/** An event type such as `payment.confirmed`, or the provider's own name such as `invoice.fully_paid`. */
export type SampleEvent<Name extends SampleProvider> = keyof Samples<Name> | SampleTypes<Name>[keyof SampleTypes<Name>]

type NamesOfType<Types, Type> = { [Name in keyof Types]: Types[Name] extends Type ? Name : never }[keyof Types]

type Payload<Name extends SampleProvider, Event> = Samples<Name>[
  Extract<keyof Samples<Name>, Event> | (NamesOfType<SampleTypes<Name>, Event> & keyof Samples<Name>)]

/**
 * A realistic payload of a provider, as a new object. The same call gives the same ids. If a test needs two different
 * events, override the ids or use `sampleAbout`.
 *
 * @param overrides merged into the payload, field by field
 * @example
 * ```ts
 * import { sample } from 'express-payment-webhooks/testing'
 *
 * sample('coins-ph', 'payment.confirmed', { event: { data: { external_transaction_id: 'ORDER-7' } } })
 * sample('coinbar-pay', 'SUCCESS', { payment_request_id_client: 'ORDER-7' })
 * ```
 */
export function sample<Name extends SampleProvider, Event extends SampleEvent<Name>>(
  provider: Name,
  event: Event,
  overrides?: Overrides<Payload<Name, Event>>,
): Payload<Name, Event> {
  return overlay(findSample(provider, String(event)).payload, overrides as object | undefined) as Payload<Name, Event>
}

/** The subject of a sample. */
export interface SampleAbout {
  /** The shop's order. */
  readonly orderId: string
  /** One of several payments of the order, such as its rest. Use any name, and another one for each payment. @default the only payment */
  readonly payment?: string | undefined
  /** One of several refunds of the payment. Use any name, and another one for each refund. @default the only refund */
  readonly refund?: string | undefined
}

/**
 * A sample about an order of the test's choice. Its ids are derived from the order's name: samples about two orders share
 * no id, and samples about one order are about one payment, unless they name several. The same call gives the same ids.
 *
 * @param about the order; with `payment`, one of several payments of it; with `refund`, one of several refunds of the
 *   payment
 * @param overrides merged into the payload, field by field
 * @example
 * ```ts
 * import { sampleAbout } from 'express-payment-webhooks/testing'
 *
 * const paid = sampleAbout('ORDER-9', 'stripe', 'payment.confirmed')
 * const refunded = sampleAbout('ORDER-9', 'stripe', 'refund.confirmed')
 * const again = sampleAbout({ orderId: 'ORDER-9', refund: 'second' }, 'stripe', 'refund.confirmed')
 * const rest = sampleAbout({ orderId: 'ORDER-9', payment: 'rest' }, 'stripe', 'payment.confirmed')
 * ```
 */
export function sampleAbout<Name extends SampleProvider, Event extends SampleEvent<Name>>(
  about: string | SampleAbout,
  provider: Name,
  event: Event,
  overrides?: Overrides<Payload<Name, Event>>,
): Payload<Name, Event> {
  const { orderId, payment: name, refund } = typeof about === 'string' ? { orderId: about } : about
  const payment = name === undefined ? orderId : `${orderId}\0payment\0${name}`
  const own = refund === undefined ? payment : `${payment}\0${refund}`
  const { payload } = freshSample(provider, String(event), { orderId, payment, refund: own, event: own })
  return overlay(payload, overrides as object | undefined) as Payload<Name, Event>
}

/** A sample and its name. */
export interface NamedSample {
  readonly name: string
  /** The type of the event that the sample becomes. */
  readonly type: string
  readonly payload: object
}

/**
 * Finds a sample by names that are not literal in the code.
 *
 * @throws TypeError when there is no such sample; the message lists the existing ones
 */
export function findSample(provider: string, event: string): NamedSample {
  const samples = samplesOf(provider)
  const found = samples.find(({ name }) => name === event) ?? samples.find(({ type }) => type === event)
  if (found !== undefined) return found
  const known = [...new Set([...samples.map(({ type }) => type), ...samples.map(({ name }) => name)])]
  const likely = likeliest(event, known)
  const hint = likely === undefined ? '' : ` The likeliest is ${JSON.stringify(likely)}.`
  throw new TypeError(`sample: ${provider} has no ${JSON.stringify(event)}.${hint}${didYouMean(event, known)}`)
}

/** Some providers send transfers or invoices, and none of their events is named as one of a payment. */
function likeliest(event: string, known: readonly string[]): string | undefined {
  const [, change] = /^payment\.(\w+)$/.exec(event) ?? []
  const names = [`transaction.${change}`, ...(change === 'confirmed' ? ['invoice.paid'] : [])]
  return names.find((name) => known.includes(name))
}

/**
 * Finds a sample and gives it new ids.
 *
 * @param freshness by default, a new event about a new payment for the order of all samples
 * @throws TypeError when there is no such sample
 */
export function freshSample(
  provider: string,
  event: string,
  {
    orderId = ORDER,
    payment = randomUUID(),
    refund = randomUUID(),
    event: eventSeed = randomUUID(),
  }: Partial<Freshness>,
): NamedSample & { readonly namesOrder: boolean; readonly namesRefund: boolean } {
  const sample = findSample(provider, event)
  const { ids } = fileOf(provider)
  const ofRefund = refundIdsIn(provider, sample)
  const payload = fresh(sample.payload, ids, { orderId, payment, refund, event: eventSeed }, ofRefund)
  return { ...sample, payload, namesOrder: namesOrder(sample.payload, ids), namesRefund: ofRefund.size > 0 }
}

/** Empty if the sample is not a refund, or if a refund is identified by its payment or by the total that was refunded. */
function refundIdsIn(provider: string, { type, payload }: NamedSample): ReadonlySet<string> {
  if (!isRefund(type)) return new Set()
  const others = samplesOf(provider).filter(({ name, type: another }) => !/refund/i.test(`${name} ${another}`))
  return idsOfRefund(
    payload,
    fileOf(provider).ids,
    others.map((other) => other.payload),
  )
}

/** True if an event of this type is about one refund. */
export function isRefund(type: string): boolean {
  return type.startsWith('refund.')
}

/**
 * Every sample of a provider.
 *
 * @throws TypeError when there is no such provider
 */
export function samplesOf(provider: string): NamedSample[] {
  const { samples, types } = fileOf(provider)
  return Object.entries(samples).map(([name, payload]) => ({ name, type: types[name]!, payload }))
}

/**
 * The account with which the command signs in a provider's place.
 *
 * @param sample the sample's name, because some samples are signed in another way
 * @throws TypeError when there is no such provider
 */
export function accountOf(provider: string, sample = ''): SampleAccount {
  const { account, otherAccounts = {} } = fileOf(provider)
  return otherAccounts[sample] ?? account
}

export const SAMPLE_PROVIDERS = Object.keys(CATALOGUE) as readonly SampleProvider[]

const FOR_OWN_PROVIDERS =
  ' A provider of your own has no samples: sign a payload with signedRequest(provider, payload) of express-payment-webhooks/testing, and send what it returns.'

function fileOf(provider: string): SampleFile {
  if (Object.hasOwn(CATALOGUE, provider)) return CATALOGUE[provider as SampleProvider]
  const isTypo = nearest(String(provider), SAMPLE_PROVIDERS) !== undefined
  const hint = didYouMean(String(provider), SAMPLE_PROVIDERS) + (isTypo ? '' : FOR_OWN_PROVIDERS)
  throw new TypeError(`sample: there is no provider ${JSON.stringify(provider)}.${hint}`)
}
