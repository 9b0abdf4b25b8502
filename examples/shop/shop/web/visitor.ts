/** Who a request comes from: a random session in a cookie, known to the database by its digest only. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { RequestHandler, Request, Response } from 'express'

export interface Visitor {
  /** Digest of the session: what the database knows. */
  readonly session: string
  /** Made of the session, which scripts and other sites cannot read. */
  readonly csrfToken: string
}

const COOKIE = 'session'
const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000

/** Recognises the visitor, or makes a new one. */
export function recogniseVisitor(secure: boolean): RequestHandler {
  return (req, res, next) => {
    const known = readCookie(req, COOKIE)
    const isKnown = known !== undefined && /^[\w-]{43}$/.test(known)
    const token = isKnown ? known : randomBytes(32).toString('base64url')
    if (!isKnown) {
      // Lax: providers send buyers back with a link, and the return page has to know them then.
      res.cookie(COOKIE, token, { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: LIFETIME_MS })
    }
    const visitor: Visitor = {
      session: createHash('sha256').update(token).digest('base64url'),
      csrfToken: createHmac('sha256', token).update('csrf').digest('base64url'),
    }
    res.locals['visitor'] = visitor
    next()
  }
}

export function visitorOf(res: Response): Visitor {
  return res.locals['visitor'] as Visitor
}

export function readCookie(req: Request, name: string): string | undefined {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [found, value] = pair.trim().split('=', 2)
    if (found === name) return value
  }
  return undefined
}
