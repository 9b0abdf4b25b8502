/** A provider whose secret can be replaced without losing a delivery. */
import { cryptoGateway } from 'express-payment-webhooks'

export function gatewayFrom(env: NodeJS.ProcessEnv) {
  const { GATEWAY_SECRET: secret, GATEWAY_SECRET_OLD: old, GATEWAY_SECRET_RETIRED: retired } = env
  return cryptoGateway({
    // For `??`, an empty string counts as a value. This package refuses to start with one.
    secret: old === undefined ? secret : [secret ?? '', old],
    retired,
  })
}
