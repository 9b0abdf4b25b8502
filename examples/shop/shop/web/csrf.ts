/** Accepts forms from the shop's own pages only: each contains a token that other sites cannot know. */
import type { RequestHandler } from 'express'
import { HttpError } from './http-error.js'
import { sameText } from './same-text.js'
import { visitorOf } from './visitor.js'

export const requireCsrfToken: RequestHandler = (req, res, next) => {
  if (req.method !== 'POST') return next()
  const { _csrf: token } = (req.body ?? {}) as { _csrf?: unknown }
  if (typeof token !== 'string' || !sameText(token, visitorOf(res).csrfToken)) throw new HttpError(403)
  next()
}
