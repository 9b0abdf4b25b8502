/** Who sent a request, in the only way that can be believed: as Express's `trust proxy` setting says. */
import type { Request } from 'express'
import type { IncomingMessage, RequestListener } from 'node:http'
import { ConfigurationError } from '../errors.js'

/**
 * What Express makes of the address; of a host without Express that at the other end of the connection.
 *
 * @throws ConfigurationError `CONFIG_TRUST_PROXY`
 */
export function senderAddress(req: Request): string | undefined {
  if (req.app === undefined) return req.socket?.remoteAddress
  checkTrust(req.app)
  return req.ip
}

/**
 * The same for requests that reach the server and not the application: Express's own rule where it is one, and the
 * address at the other end of the connection everywhere else.
 */
export function senderAddressBefore(app: RequestListener): (req: IncomingMessage) => string | undefined {
  if (!isExpress(app)) return (req) => req.socket?.remoteAddress
  return ({ headers, socket }) => {
    checkTrust(app)
    const seenByExpress: unknown = Object.create(app.request, {
      headers: { value: headers },
      socket: { value: socket },
    })
    return (seenByExpress as Request).ip
  }
}

/** As far as it is asked here. */
interface ExpressApplication {
  get(setting: string): unknown
  /** What every request inherits from. */
  readonly request: object
}

function isExpress(app: object): app is ExpressApplication {
  return 'get' in app && 'request' in app
}

/** With `trust proxy` at true Express believes whatever address the sender writes into X-Forwarded-For. */
function checkTrust(app: Pick<ExpressApplication, 'get'>): void {
  if (app.get('trust proxy') !== true) return
  throw new ConfigurationError(
    'CONFIG_TRUST_PROXY',
    "allowedIps cannot be checked while 'trust proxy' is true: set it to the proxy's addresses or the number of hops",
  )
}
