/** Realistic payloads by name. */
import { randomUUID } from 'node:crypto'
import { didYouMean } from '../lib/did-you-mean.js'
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
 * A realistic payload of a provider, as an object of its own. The same call gives the same ids: override them
 * where a test needs two different events, or take `sampleAbout`.
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

/** What a sample is about. */
export interface SampleAbout {
  /** The shop's order. */
  readonly orderId: string
  /** Which refund of its payment: any name, and another one for each. @default the only one */
  readonly refund?: string
}

/**
 * The same about an order of its own: every id in it is made of the order's name, so that samples about two orders share
 * none, and those about one order are about one payment. The same call gives the same ids.
 *
 * @param about the order; with `refund`, one of several refunds of its payment
 * @param overrides merged into the payload, field by field
 * @example
 * ```ts
 * import { sampleAbout } from 'express-payment-webhooks/testing'
 *
 * const paid = sampleAbout('ORDER-9', 'stripe', 'payment.confirmed')
 * const refunded = sampleAbout('ORDER-9', 'stripe', 'refund.confirmed')
 * const again = sampleAbout({ orderId: 'ORDER-9', refund: 'second' }, 'stripe', 'refund.confirmed')
 * ```
 */
export function sampleAbout<Name extends SampleProvider, Event extends SampleEvent<Name>>(
  about: string | SampleAbout,
  provider: Name,
  event: Event,
  overrides?: Overrides<Payload<Name, Event>>,
): Payload<Name, Event> {
  const { orderId, refund } = typeof about === 'string' ? { orderId: about } : about
  const own = refund === undefined ? orderId : `${orderId}\0${refund}`
  const { payload } = freshSample(provider, String(event), { orderId, payment: orderId, refund: own, event: own })
  return overlay(payload, overrides as object | undefined) as Payload<Name, Event>
}

/** A sample, and what it is called. */
export interface NamedSample {
  readonly name: string
  /** The type of the event it becomes. */
  readonly type: string
  readonly payload: object
}

/**
 * The same for names that were not written into code.
 *
 * @throws TypeError when there is no such sample; the message lists what there is
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

/** Some providers tell of transfers or invoices, and have no event that is called one of a payment. */
function likeliest(event: string, known: readonly string[]): string | undefined {
  const [, change] = /^payment\.(\w+)$/.exec(event) ?? []
  const names = [`transaction.${change}`, ...(change === 'confirmed' ? ['invoice.paid'] : [])]
  return names.find((name) => known.includes(name))
}

/**
 * The same with ids of its own.
 *
 * @param freshness by default an event about a payment that nobody has sent before, and about the order of all samples
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

/** None for what is no refund, and where a refund is known by its payment, or by how much was refunded in all. */
function refundIdsIn(provider: string, { type, payload }: NamedSample): ReadonlySet<string> {
  if (!isRefund(type)) return new Set()
  const others = samplesOf(provider).filter(({ name, type: another }) => !/refund/i.test(`${name} ${another}`))
  return idsOfRefund(
    payload,
    fileOf(provider).ids,
    others.map((other) => other.payload),
  )
}

/** Whether an event of this type is about one refund. */
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
 * How the command signs in a provider's place.
 *
 * @param sample its name, where it may be sent in another way
 * @throws TypeError when there is no such provider
 */
export function accountOf(provider: string, sample = ''): SampleAccount {
  const { account, otherAccounts = {} } = fileOf(provider)
  return otherAccounts[sample] ?? account
}

export const SAMPLE_PROVIDERS = Object.keys(CATALOGUE) as readonly SampleProvider[]

function fileOf(provider: string): SampleFile {
  if (Object.hasOwn(CATALOGUE, provider)) return CATALOGUE[provider as SampleProvider]
  const known = didYouMean(String(provider), SAMPLE_PROVIDERS)
  throw new TypeError(`sample: there is no provider ${JSON.stringify(provider)}.${known}`)
}
