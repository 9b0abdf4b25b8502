/** Who may see the operator's pages: a browser that has shown the operator token. Nothing is stored on the server. */
import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { sameText } from '../web/same-text.js'
import { readCookie, visitorOf } from '../web/visitor.js'

const COOKIE = 'operator'
const LIFETIME_MS = 8 * 60 * 60 * 1000

export interface OperatorSessions {
  /** Sets `res.locals.operator`. */
  readonly recognise: RequestHandler
  /** False for another token. */
  logIn(res: Response, token: unknown): boolean
  logOut(res: Response): void
}

/** @param secure the shop is reached over https */
export function operatorSessions(operatorToken: string, secure: boolean): OperatorSessions {
  const flags = { httpOnly: true, sameSite: 'strict', secure, path: '/operator' } as const
  /** Good until then, in this visitor's browser, and as long as the token is not changed. */
  const proof = (expiry: string, res: Response) =>
    createHmac('sha256', operatorToken)
      .update(`${expiry} ${visitorOf(res).session}`)
      .digest('base64url')

  const isOperator = (req: Request, res: Response): boolean => {
    const [expiry = '', shown = ''] = (readCookie(req, COOKIE) ?? '').split('.')
    return Number(expiry) > Date.now() && sameText(shown, proof(expiry, res))
  }

  return {
    recognise(req, res, next) {
      res.locals['operator'] = isOperator(req, res)
      next()
    },
    logIn(res, token) {
      if (typeof token !== 'string' || !sameText(token, operatorToken)) return false
      const expiry = String(Date.now() + LIFETIME_MS)
      res.cookie(COOKIE, `${expiry}.${proof(expiry, res)}`, { ...flags, maxAge: LIFETIME_MS })
      return true
    },
    logOut(res) {
      res.clearCookie(COOKIE, flags)
    },
  }
}
