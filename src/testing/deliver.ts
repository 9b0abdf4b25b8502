/** Deliveries to a shop's app, made as its providers make them. */
import type { RequestListener, Server } from 'node:http'
import type { WebhookEvent } from '../event.js'
import type { Provider } from '../provider.js'
import type { PayloadFor } from './payload-for.js'
import { post } from './post.js'
import { plannedDelivery, type PlannedDelivery } from './planned-delivery.js'

/** A delivery whose path is still missing. */
export interface UnaddressedDelivery<Payload extends object | string> {
  /**
   * Sets the path at which the app mounts the webhook.
   *
   * @throws TypeError when the path does not start with a slash
   */
  to(path: string): PlannedDelivery<Payload>
}

/**
 * Delivers a payload to an app, signed as the provider would sign it. Needs supertest, which a shop's tests install.
 *
 * @param app an Express app, or any other request listener or server
 * @param provider the provider that the app mounts, or one with the same secret
 * @param payload a payload of the provider, for example from `sample`; a string is an exact body
 * @example
 * ```ts
 * import { deliver, sample } from 'express-payment-webhooks/testing'
 *
 * const delivery = deliver(app, provider, sample('coins-ph', 'payment.confirmed')).to('/webhooks/coins-ph')
 * expect(await delivery).toMatchObject({ status: 200 })
 * ```
 */
// The payload's type is inferred separately, so that fields beyond those that tell providers apart are allowed.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function deliver<Event extends WebhookEvent, Payload extends PayloadFor<Event['provider']>>(
  app: RequestListener | Server,
  provider: Provider<Event>,
  payload: Payload,
): UnaddressedDelivery<PayloadFor<Event['provider']>> {
  return {
    to(path) {
      if (!path.startsWith('/')) throw new TypeError(`to(${JSON.stringify(path)}): the path must start with "/"`)
      return plannedDelivery({
        provider,
        payload,
        make: (sent) => provider.sign(sent),
        send: (request) => post(app, path, request),
      })
    },
  }
}
