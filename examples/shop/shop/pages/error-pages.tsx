/** Pages for what went wrong. They tell nothing but the number under which the log has it. */
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
    // What a page needs from the database cannot be had: then it is the database that is away.
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
  // What Express's parsers refuse, an address that cannot be decoded for example.
  const { status } = error as { status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 500 ? 400 : 500
}
