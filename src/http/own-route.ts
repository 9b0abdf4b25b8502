/** Checks if a request reached a handler by an Express route that has matched the complete path. */
import type { Request, RequestHandler } from 'express'
import { pathKey } from './request-path.js'

/** Express's data of a route; its types do not declare them. */
interface Route {
  readonly path: unknown
  readonly stack: readonly { readonly handle: unknown }[]
}

/**
 * `req.route` alone is not enough. It is the last route that matched, and it stays set if that route passes the request
 * on, as `app.all('*', redirect)` does to send everybody to https. The parameters belong to the current match.
 */
export function isOwnRoute(req: Request, handler: RequestHandler): boolean {
  // `app.use` matches everything below its path; `app.post` matches the complete path. The URL may be absolute, which
  // every server must accept (RFC 9112, section 3.2.2).
  if (req.url === '/' || req.path === '/') return true
  const { stack = [], path } = (req.route ?? {}) as Partial<Route>
  if (stack.some(({ handle }) => handle === handler)) return true
  // Or another handler of that route calls this one.
  return stack.length > 0 && (Object.keys(req.params).length > 0 || pathKey(String(path)) === pathKey(req.path))
}
