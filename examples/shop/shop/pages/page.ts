/** The parts of a request that every page needs, and the way pages are sent. */
import type { Response } from 'express'
import type { VNode } from 'preact'
import type { Carts } from '../carts.js'
import { renderPage } from '../views/index.js'
import type { PageContext } from '../views/props.js'
import { visitorOf } from '../web/visitor.js'

export type ContextOf = (res: Response) => Promise<PageContext>

export function pageContext(carts: Carts): ContextOf {
  return async (res) => {
    const { session, csrfToken } = visitorOf(res)
    const { quantities } = await carts.read(session)
    const cartCount = Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0)
    return {
      now: new Date().toISOString(),
      csrfToken,
      cartCount,
      operator: res.locals['operator'] === true,
      quarantined: Number(res.locals['quarantined'] ?? 0),
    }
  }
}

export function sendPage(res: Response, page: VNode, status = 200): void {
  res.status(status).type('html').send(renderPage(page))
}

/** The route pattern of an address that contains an id. */
export function routeOf(path: (id: string) => string): string {
  return decodeURIComponent(path(':id'))
}
