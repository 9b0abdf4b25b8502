/** express-payment-webhooks/read-back: reading a payment back from its provider. */
export { readBack } from './read-back.js'
export { readJson, type ReadJsonOptions } from './read-json.js'
