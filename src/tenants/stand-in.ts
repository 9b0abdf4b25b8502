/** Who answers where no tenant does: reads the request as a receiver would, and refuses it as one refuses a forgery. */
import type { DeliveryError } from '../errors.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { defineProvider, type Provider } from '../provider.js'

/** What reports call it. */
const NAME = 'unknown-tenant'

export const standIn: Provider = defineProvider({
  name: NAME,
  types: [`${NAME}.never` as const],
  authentication: { verify: () => false, sign: () => ({}) },
  schema: { safeParse: () => ({ success: false, error: { issues: [] } }) },
  toEvent: () => ({ type: `${NAME}.never` as const, identity: [], native: null }),
})

/** The same, with the reason why this request has no tenant. */
export function refusing(state: ReceiverState, error: DeliveryError): ReceiverState {
  const verify = () => {
    throw error
  }
  return { ...state, provider: { ...standIn, authentication: { ...standIn.authentication, verify } } }
}
