/** express-payment-webhooks/formats: bodies that are not plain JSON, and rewritten texts that are signed instead of the body. */
export type { BodyFormat } from '../format.js'
export { formBody, jsonOrFormBody } from './form.js'
export { jsonSource, type JsonSource } from './json-source.js'
export { parseJson } from '../lib/json.js'
