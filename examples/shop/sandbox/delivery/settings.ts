/** How the callbacks of one payment are to be delivered: the ways in which a shop can be tried. */
import { z } from 'zod'

/** A checkbox that is not ticked is not sent at all. */
const flag = z.union([z.boolean(), z.enum(['on', 'true', 'false']).transform((text) => text !== 'false')])

const COPIES = 'must be a whole number from 1 to 10'
const DELAY = 'must be from 0 to 86400'

export const deliverySettings = z.strictObject({
  /** How often each callback is sent. */
  copies: z.coerce.number(COPIES).int(COPIES).min(1, COPIES).max(10, COPIES).default(1),
  /** All at once, instead of each after the one before it. */
  parallel: flag.default(false),
  /** A callback waits until the next one was sent, then follows it. */
  outOfOrder: flag.default(false),
  /** How long after its cause a callback is sent for the first time. */
  delaySeconds: z.coerce.number(DELAY).min(0, DELAY).max(86_400, DELAY).default(0),
  /** Nothing is sent until this is taken back. */
  stopped: flag.default(false),
})

export type DeliverySettings = z.output<typeof deliverySettings>

export const USUAL_DELIVERY: DeliverySettings = deliverySettings.parse({})
