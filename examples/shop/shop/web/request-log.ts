/** One log line per request, with an id that the error page also shows. */
import { randomUUID } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import type { Log } from './log.js'

export function requestLog(log: Log): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now()
    const requestId = randomUUID()
    res.locals['requestId'] = requestId
    res.once('close', () => {
      const { path } = (req.route ?? {}) as { path?: string }
      log('info', 'request', {
        requestId,
        method: req.method,
        // The pattern of the route instead of the address, which may contain the id of an order page.
        route: path === undefined ? req.baseUrl || null : req.baseUrl + path,
        status: res.writableFinished ? res.statusCode : 'aborted',
        ms: Math.round(performance.now() - startedAt),
      })
    })
    next()
  }
}

export function requestIdOf(res: Response): string {
  return res.locals['requestId'] as string
}
