/** Paystack's provider as the tests set it up, and events with ids of their own. */
import { paystack, type PaystackOptions } from 'express-payment-webhooks/providers/paystack'
import { eventOf } from '../../support/deliver.js'
import { samples } from '../../../src/testing/samples/paystack.js'

export const KEY = 'sk_live_4b7d9e2f60a1c8354b7d9e2f60a1c835'

export const live = (rest: Partial<PaystackOptions> = {}) => paystack({ secretKey: KEY, ...rest })

export const become = (payload: object, rest: Partial<PaystackOptions> = {}) =>
  eventOf(live(rest), JSON.stringify(payload))

/** A sample with other data. */
export const event = (name: keyof typeof samples, data: object = {}) => ({
  event: samples[name].event,
  data: { ...samples[name].data, ...data },
})
