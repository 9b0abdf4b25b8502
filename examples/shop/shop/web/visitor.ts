/** Identifies the sender of a request by a random session in a cookie. The database contains only the session's digest. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import { hostCookie } from './cookies.js'
import { sameText } from './same-text.js'

export interface Visitor {
  /** The session's digest, as in the database. */
  readonly session: string
  /** Derived from the session, which scripts and other sites cannot read. */
  readonly csrfToken: string
}

export interface Visitors {
  /** Recognises the visitor, or makes a new one. A session that the shop did not make belongs to nobody. */
  readonly recognise: RequestHandler
  /** Gives the visitor a new session, so that knowledge of the old one is useless. */
  renew(res: Response): void
}

const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000

/**
 * @param secret the shop's own, the same in all its processes
 * @param secure true if the shop is reached over https
 */
export function visitors(secret: string, secure: boolean): Visitors {
  // Lax: providers send buyers back with a link, and the return page has to recognise them.
  const cookie = hostCookie('session', { secure, sameSite: 'lax', lifetimeMs: LIFETIME_MS })
  const proof = (random: string) => createHmac('sha256', secret).update(random).digest('base64url')

  const isOurs = (token: string): boolean => {
    const [random = '', shown = ''] = token.split('.')
    return /^[\w-]{43}$/.test(random) && sameText(shown, proof(random))
  }
  const renew = (res: Response): void => {
    const random = randomBytes(32).toString('base64url')
    const token = `${random}.${proof(random)}`
    cookie.set(res, token)
    res.locals['visitor'] = visitorWith(token)
  }

  return {
    recognise(req, res, next) {
      const known = cookie.read(req)
      if (known !== undefined && isOurs(known)) res.locals['visitor'] = visitorWith(known)
      else renew(res)
      next()
    },
    renew,
  }
}

function visitorWith(token: string): Visitor {
  return {
    session: createHash('sha256').update(token).digest('base64url'),
    csrfToken: createHmac('sha256', token).update('csrf').digest('base64url'),
  }
}

export function visitorOf(res: Response): Visitor {
  return res.locals['visitor'] as Visitor
}
