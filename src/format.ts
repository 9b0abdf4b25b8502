/** The format of a provider's bodies. */
import type { Delivery } from './delivery.js'

export interface BodyFormat {
  /**
   * Reads the exact bytes, strictly and within bounds.
   *
   * @throws DeliveryError `BODY_EMPTY`, `JSON_*`, `FORM_*`
   */
  readonly parse: (body: Buffer, delivery: Pick<Delivery, 'headers'>) => unknown
  /** The body and content type that the provider would send for a payload. For tests and tools, and for bytes that are kept. */
  readonly write: (payload: unknown) => { readonly body: Buffer; readonly contentType: string }
}
