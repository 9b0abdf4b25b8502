/** PayMongo's provider as the tests set it up, and events with ids of their own. */
import { payMongo, type PayMongoOptions } from 'express-payment-webhooks/providers/paymongo'
import { eventOf } from '../../support/deliver.js'
import { samples } from '../../../src/testing/samples/paymongo.js'

export const SECRET = 'whsk_vector_paymongo_3f8e1b'

/** The time at which the vectors were signed, in seconds. */
export const AT = 1795602602

export const shop = (rest: Partial<PayMongoOptions> = {}) => payMongo({ secret: SECRET, now: () => AT * 1000, ...rest })

export const become = (payload: object, rest: Partial<PayMongoOptions> = {}) =>
  eventOf(shop(rest), JSON.stringify(payload))

/** A sample about a resource with other fields. */
export function event(name: keyof typeof samples, fields: object = {}, id: string = samples[name].data.id) {
  const { attributes, ...rest } = samples[name].data
  const { attributes: own, ...resource } = attributes.data
  const data = { ...resource, attributes: { ...own, ...fields } }
  return { data: { ...rest, id, attributes: { ...attributes, data } } }
}
