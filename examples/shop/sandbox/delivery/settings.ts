/** How the callbacks of one payment are to be delivered: the ways in which a shop can be tried. */
import { z } from 'zod'

/** A checkbox that is not ticked is not sent at all. */
const flag = z.union([z.boolean(), z.enum(['on', 'true', 'false']).transform((text) => text !== 'false')])

export const deliverySettings = z.strictObject({
  /** How often each callback is sent. */
  copies: z.coerce.number().int().min(1).max(10).default(1),
  /** All at once, instead of each after the one before it. */
  parallel: flag.default(false),
  /** A callback waits until the next one was sent, then follows it. */
  outOfOrder: flag.default(false),
  /** How long after its cause a callback is sent for the first time. */
  delaySeconds: z.coerce.number().min(0).max(86_400).default(0),
  /** Nothing is sent until this is taken back. */
  stopped: flag.default(false),
})

export type DeliverySettings = z.output<typeof deliverySettings>

export const USUAL_DELIVERY: DeliverySettings = deliverySettings.parse({})
