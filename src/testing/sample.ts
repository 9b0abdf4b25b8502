/** Realistic payloads by name. */
import { didYouMean } from '../lib/did-you-mean.js'
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
 * where a test needs two different events.
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
  const known = new Set([...samples.map(({ type }) => type), ...samples.map(({ name }) => name)])
  throw new TypeError(`sample: ${provider} has no ${JSON.stringify(event)}.${didYouMean(event, [...known])}`)
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
 * @throws TypeError when there is no such provider
 */
export function accountOf(provider: string): SampleAccount {
  return fileOf(provider).account
}

export const SAMPLE_PROVIDERS = Object.keys(CATALOGUE) as readonly SampleProvider[]

function fileOf(provider: string): SampleFile {
  if (Object.hasOwn(CATALOGUE, provider)) return CATALOGUE[provider as SampleProvider]
  const known = didYouMean(String(provider), SAMPLE_PROVIDERS)
  throw new TypeError(`sample: there is no provider ${JSON.stringify(provider)}.${known}`)
}
