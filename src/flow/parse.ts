/** Step 3: from authenticated bytes to what they mean: strict JSON, then the provider's schema. */
import { parseJson } from '../lib/json.js'
import type { Interpretation, Provider } from '../provider.js'
import type { AuthenticatedDelivery } from './authenticate.js'

/** @throws DeliveryError `JSON_*`, `BODY_EMPTY`, `PAYLOAD_*` */
export function parse(provider: Provider, delivery: AuthenticatedDelivery): Interpretation {
  return provider.interpret(parseJson(delivery.body))
}
