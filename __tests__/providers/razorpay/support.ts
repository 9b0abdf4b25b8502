/** Razorpay's provider as the tests set it up, and events with ids of their own. */
import { razorpay, type RazorpayOptions } from 'express-payment-webhooks/providers/razorpay'
import { eventOf } from '../../support/deliver.js'
import { samples } from '../../../src/testing/samples/razorpay.js'

export const SECRET = 'razorpay-webhook-secret-2c9e4b7f'

export const shop = (rest: Partial<RazorpayOptions> = {}) => razorpay({ secret: SECRET, ...rest })

export const become = (payload: object, rest: Partial<RazorpayOptions> = {}) =>
  eventOf(shop(rest), JSON.stringify(payload))

type Payload = Readonly<Record<string, { readonly entity: object }>>

/** A sample with other fields in one of its entities. */
export function event(name: keyof typeof samples, entity: string, fields: object, more: object = {}) {
  const { payload, ...sample } = samples[name]
  const entities = payload as unknown as Payload
  return {
    ...sample,
    payload: { ...entities, [entity]: { entity: { ...entities[entity]!.entity, ...fields } } },
    ...more,
  }
}
