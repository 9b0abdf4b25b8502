/** The default format: strict JSON, whatever the content type says. */
import type { BodyFormat } from '../format.js'
import { parseJson } from './json.js'

export const jsonFormat: BodyFormat = {
  parse: (body) => parseJson(body),
  write: (payload) => ({ body: Buffer.from(JSON.stringify(payload), 'utf8'), contentType: 'application/json' }),
}
