/** Realistic payloads by name. */
import { BY_TYPE, SAMPLES } from './samples.js'
import { overlay, type Overrides } from './overlay.js'

export type SampleProvider = keyof typeof SAMPLES

/** An event type such as `payment.confirmed`, or the provider's own name such as `invoice.fully_paid`. */
export type SampleEvent<Name extends SampleProvider> = keyof (typeof SAMPLES)[Name] | keyof (typeof BY_TYPE)[Name]

type NativeName<Name extends SampleProvider, Event> = Event extends keyof (typeof SAMPLES)[Name]
  ? Event
  : Event extends keyof (typeof BY_TYPE)[Name]
    ? (typeof BY_TYPE)[Name][Event]
    : never

type Payload<Name extends SampleProvider, Event> =
  NativeName<Name, Event> extends infer Native extends keyof (typeof SAMPLES)[Name]
    ? (typeof SAMPLES)[Name][Native]
    : never

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
  const samples: Readonly<Record<string, object>> = SAMPLES[provider] ?? {}
  const byType: Readonly<Record<string, string>> = BY_TYPE[provider] ?? {}
  const name = String(event)
  const found = samples[name] ?? samples[byType[name] ?? '']
  if (found === undefined) {
    const known = [...Object.keys(byType), ...Object.keys(samples)]
    throw new TypeError(
      `sample: ${String(provider)} has no ${JSON.stringify(name)}. Known: ${known.join(', ') || Object.keys(SAMPLES).join(', ')}.`,
    )
  }
  return overlay(found, overrides as object | undefined) as Payload<Name, Event>
}
