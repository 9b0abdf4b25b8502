/** For shops that parse the body first: keeps the exact bytes next to the parsed body. */
import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * A `verify` function for Express's own parsers.
 *
 * @example
 * ```ts
 * import { captureRawBody } from 'express-payment-webhooks'
 *
 * app.use(express.json({ verify: captureRawBody }))
 * ```
 */
export function captureRawBody(
  req: IncomingMessage & { rawBody?: Buffer | undefined },
  _res: ServerResponse,
  body: Buffer,
): void {
  req.rawBody = body
}
