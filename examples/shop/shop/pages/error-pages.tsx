/** Error pages. They show only the number under which the log has the error. */
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { ErrorPage } from '../views/index.js'
import type { ErrorPageProps, PageContext } from '../views/props.js'
import { HttpError } from '../web/http-error.js'
import type { Log } from '../web/log.js'
import { requestIdOf } from '../web/request-log.js'
import { sendPage, type ContextOf } from './page.js'

export const notFound: RequestHandler = () => {
  throw new HttpError(404)
}

export function errorPages(contextOf: ContextOf, log: Log): ErrorRequestHandler {
  return async (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error)
    // If the page's data cannot be read from the database, the database is unreachable.
    const context = await contextOf(res).catch(() => null)
    const status = context === null && statusOf(error) === 500 ? 503 : statusOf(error)
    const requestId = requestIdOf(res)
    if (status >= 500) {
      const { message, stack } = error as Partial<Error>
      log('error', 'request failed', { requestId, reason: message, stack })
    }
    const page = { context: context ?? contextWithout(), status, requestId: status >= 500 ? requestId : null }
    sendPage(res, <ErrorPage {...page} />, status)
  }
}

function contextWithout(): PageContext {
  return { now: new Date().toISOString(), csrfToken: '', cartCount: 0, operator: false, quarantined: 0 }
}

function statusOf(error: unknown): ErrorPageProps['status'] {
  if (error instanceof HttpError) return error.status
  // Errors of Express's parsers, for example an address that cannot be decoded.
  const { status } = error as { status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 500 ? 400 : 500
}
