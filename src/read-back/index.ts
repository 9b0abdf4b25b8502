/** express-payment-webhooks/read-back: reading a payment back from its provider. */
export type { EventDraft, UnconfirmedDraft } from '../event.js'
export { readBack } from './read-back.js'
export { readJson, type ReadJsonOptions } from './read-json.js'
