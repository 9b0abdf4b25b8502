/** The sender's address, in the only trustworthy way: by Express's `trust proxy` setting. */
import type { Request } from 'express'
import type { IncomingMessage, RequestListener } from 'node:http'
import { ConfigurationError } from '../errors.js'

/**
 * The address as Express determines it. Without Express, the address at the other end of the connection.
 *
 * @throws ConfigurationError `CONFIG_TRUST_PROXY`
 */
export function senderAddress(req: Request): string | undefined {
  if (req.app === undefined) return req.socket?.remoteAddress
  checkTrust(req.app)
  return req.ip
}

/**
 * Like `senderAddress`, for requests that do not reach the application. Uses Express's own rule if the application is
 * Express, and otherwise the address at the other end of the connection.
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

/** The part of an Express application that is used here. */
interface ExpressApplication {
  get(setting: string): unknown
  /** The prototype of every request. */
  readonly request: object
}

function isExpress(app: object): app is ExpressApplication {
  return 'get' in app && 'request' in app
}

/** If `trust proxy` is true, Express believes any address that the sender writes into X-Forwarded-For. */
function checkTrust(app: Pick<ExpressApplication, 'get'>): void {
  if (app.get('trust proxy') !== true) return
  throw new ConfigurationError(
    'CONFIG_TRUST_PROXY',
    "allowedIps cannot be checked while 'trust proxy' is true: set it to the proxy's addresses or the number of hops",
  )
}
