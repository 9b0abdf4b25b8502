/** Gives access to the operator's pages to a browser that has presented the operator token. The server stores nothing. */
import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { hostCookie } from '../web/cookies.js'
import { sameText } from '../web/same-text.js'
import { visitorOf } from '../web/visitor.js'

const LIFETIME_MS = 8 * 60 * 60 * 1000

export interface OperatorSessions {
  /** Sets `res.locals.operator`. */
  readonly recognise: RequestHandler
  isToken(token: unknown): boolean
  /** For a visitor who has presented the token, in the visitor's current session. */
  logIn(res: Response): void
  logOut(res: Response): void
}

/** @param secure true if the shop is reached over https */
export function operatorSessions(operatorToken: string, secure: boolean): OperatorSessions {
  const cookie = hostCookie('operator', { secure, sameSite: 'strict', lifetimeMs: LIFETIME_MS })
  /** Valid until the expiry, in this visitor's session, and as long as the token is not changed. */
  const proof = (expiry: string, res: Response) =>
    createHmac('sha256', operatorToken)
      .update(`${expiry} ${visitorOf(res).session}`)
      .digest('base64url')

  const isOperator = (req: Request, res: Response): boolean => {
    const [expiry = '', shown = ''] = (cookie.read(req) ?? '').split('.')
    return Number(expiry) > Date.now() && sameText(shown, proof(expiry, res))
  }

  return {
    recognise(req, res, next) {
      res.locals['operator'] = isOperator(req, res)
      next()
    },
    isToken: (token) => typeof token === 'string' && sameText(token, operatorToken),
    logIn(res) {
      const expiry = String(Date.now() + LIFETIME_MS)
      cookie.set(res, `${expiry}.${proof(expiry, res)}`)
    },
    logOut: (res) => cookie.clear(res),
  }
}
