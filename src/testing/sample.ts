/** Realistic payloads by name. */
import { didYouMean } from '../did-you-mean.js'
import { overlay, type Overrides } from './overlay.js'
import { SAMPLE_TYPES, SAMPLES } from './samples.js'

type Samples = typeof SAMPLES
type SampleTypes = typeof SAMPLE_TYPES

export type SampleProvider = keyof Samples

/** An event type such as `payment.confirmed`, or the provider's own name such as `invoice.fully_paid`. */
export type SampleEvent<Name extends SampleProvider> = keyof Samples[Name] | SampleTypes[Name][keyof SampleTypes[Name]]

type NamesOfType<Types, Type> = { [Name in keyof Types]: Types[Name] extends Type ? Name : never }[keyof Types]

type Payload<Name extends SampleProvider, Event> = Samples[Name][
  Extract<keyof Samples[Name], Event> | (NamesOfType<SampleTypes[Name], Event> & keyof Samples[Name])]

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
  return overlay(findSample(provider, String(event)), overrides as object | undefined) as Payload<Name, Event>
}

/**
 * The same for names that were not written into code.
 *
 * @throws TypeError when there is no such sample; the message lists what there is
 */
export function findSample(provider: string, event: string): object {
  const samples: Readonly<Record<string, object>> = Object.hasOwn(SAMPLES, provider)
    ? SAMPLES[provider as SampleProvider]
    : unknown(`there is no provider ${JSON.stringify(provider)}.`, provider, Object.keys(SAMPLES))
  const types: Readonly<Record<string, string>> = SAMPLE_TYPES[provider as SampleProvider]
  const name = Object.hasOwn(samples, event) ? event : Object.keys(types).find((one) => types[one] === event)
  if (name !== undefined) return samples[name]!
  const known = new Set([...Object.values(types), ...Object.keys(samples)])
  return unknown(`${provider} has no ${JSON.stringify(event)}.`, event, [...known])
}

function unknown(message: string, name: string, known: readonly string[]): never {
  throw new TypeError(`sample: ${message}${didYouMean(name, known)}`)
}
