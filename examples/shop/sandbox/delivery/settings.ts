/** Settings for the deliveries of one payment: the ways to test a shop. */
import { z } from 'zod'

/** A checkbox that is not ticked is not sent at all. */
const flag = z.union([z.boolean(), z.enum(['on', 'true', 'false']).transform((text) => text !== 'false')])

const COPIES = 'must be a whole number from 1 to 10'
const DELAY = 'must be from 0 to 86400'

export const deliverySettings = z.strictObject({
  /** How many times each callback is sent. */
  copies: z.coerce.number(COPIES).int(COPIES).min(1, COPIES).max(10, COPIES).default(1),
  /** True sends all copies at once, instead of one after the other. */
  parallel: flag.default(false),
  /** A callback waits until the next one is sent, and then follows it. */
  outOfOrder: flag.default(false),
  /** The delay between a callback's cause and its first attempt. */
  delaySeconds: z.coerce.number(DELAY).min(0, DELAY).max(86_400, DELAY).default(0),
  /** Nothing is sent while this is set. */
  stopped: flag.default(false),
})

export type DeliverySettings = z.output<typeof deliverySettings>

export const USUAL_DELIVERY: DeliverySettings = deliverySettings.parse({})
