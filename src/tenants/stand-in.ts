/** Takes the place of a tenant that was not found: reads the request as a receiver would, and refuses it like a forgery. */
import type { DeliveryError } from '../errors.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { defineProvider, type Provider } from '../provider.js'

/** The provider's name in reports. */
const NAME = 'unknown-tenant'

export const standIn: Provider = defineProvider({
  name: NAME,
  types: [`${NAME}.never` as const],
  authentication: { verify: () => false, sign: () => ({}) },
  schema: { safeParse: () => ({ success: false, error: { issues: [] } }) },
  toEvent: () => ({ type: `${NAME}.never` as const, identity: [], native: null }),
})

/** The same, with the reason why no tenant was found for this request. */
export function refusing(state: ReceiverState, error: DeliveryError): ReceiverState {
  const verify = () => {
    throw error
  }
  return { ...state, provider: { ...standIn, authentication: { ...standIn.authentication, verify } } }
}
