/** Whether a request came to a handler by a route of Express, which has matched the whole of its path. */
import type { Request, RequestHandler } from 'express'
import { pathKey } from './request-path.js'

/** What Express keeps of a route; its types say nothing of it. */
interface Route {
  readonly path: unknown
  readonly stack: readonly { readonly handle: unknown }[]
}

/**
 * `req.route` alone does not say so: it is the last route that matched, and stays where that one has passed the request
 * on, as `app.all('*', redirect)` does that sends everybody to https. The parameters are those of whoever is matched now.
 */
export function isOwnRoute(req: Request, handler: RequestHandler): boolean {
  // `app.use` matches everything below its path; `app.post` has matched the whole of it.
  // The URL may be an absolute one, which every server must accept (RFC 9112, section 3.2.2).
  if (req.url === '/' || req.path === '/') return true
  const { stack = [], path } = (req.route ?? {}) as Partial<Route>
  if (stack.some(({ handle }) => handle === handler)) return true
  // Or it is called by another handler, of that route.
  return stack.length > 0 && (Object.keys(req.params).length > 0 || pathKey(String(path)) === pathKey(req.path))
}
