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
 * on, as `app.all('*', redirect)` does that sends everybody to https.
 */
export function isOwnRoute(req: Request, handler: RequestHandler): boolean {
  const route = req.route as Route | undefined
  if (route === undefined) return false
  return route.stack.some(({ handle }) => handle === handler) || isWholePath(route, req)
}

/** For a handler that is called by another one, of that route. */
function isWholePath({ path }: Route, { params, path: wanted }: Request): boolean {
  return [path].flat().some((one) => {
    if (typeof one !== 'string') return false
    const filled = one.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
    return pathKey(filled) === pathKey(wanted)
  })
}
