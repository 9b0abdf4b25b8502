/**
 * A form is accepted only from the page's own origin, and with a token that only the page knows. The token is bound to
 * the operator's name and to a random cookie of the browser, which no script can read. So a token of another browser,
 * or of the operator who was logged in before, is worthless.
 * Nothing is stored, so any process of the shop accepts the form of any other.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { equalsAny } from '../crypto/constant-time.js'

const COOKIE = 'payment-operator'
const VALUE = /^[\w-]{43}$/

/** The token for the forms of this browser and operator. Sets the browser's cookie if it has none. */
export function formToken(req: IncomingMessage, res: ServerResponse, operator: string | null): string {
  const isSecure = isOverHttps(req)
  let secret = cookieOf(req, isSecure)
  if (secret === undefined) {
    secret = randomBytes(32).toString('base64url')
    const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
    res.appendHeader('Set-Cookie', `${cookieName(isSecure)}=${secret}; ${attributes}`)
  }
  return tokenOf(secret, operator)
}

/** True for a token that this browser got from the page while this operator was logged in. */
export function isOwnToken(req: IncomingMessage, operator: string | null, token: string | null): boolean {
  const secret = cookieOf(req, isOverHttps(req))
  if (secret === undefined || token === null) return false
  return equalsAny(Buffer.from(token), [Buffer.from(tokenOf(secret, operator))])
}

/** True for a request that a page of the same origin made. Every browser sends one of the two headers. */
export function isSameOrigin(req: IncomingMessage, origins: readonly string[]): boolean {
  const site = req.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin, host } = req.headers
  if (origin === undefined || origin === 'null') return false
  if (origins.length > 0) return origins.includes(origin)
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}

function tokenOf(secret: string, operator: string | null): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['operator form', operator]))
    .digest('base64url')
}

/** Also true behind a proxy that ends TLS. A client that forges the header only makes its own cookie stricter. */
function isOverHttps(req: IncomingMessage): boolean {
  return 'encrypted' in req.socket || /^https\b/i.test(String(req.headers['x-forwarded-proto'] ?? ''))
}

/** Browsers accept a cookie with this prefix only from its own host, never from another host below the same domain. */
function cookieName(isSecure: boolean): string {
  return isSecure ? `__Host-${COOKIE}` : COOKIE
}

function cookieOf(req: IncomingMessage, isSecure: boolean): string | undefined {
  const prefix = `${cookieName(isSecure)}=`
  const found = req.headers.cookie?.split(/; */).find((cookie) => cookie.startsWith(prefix))
  const value = found?.slice(prefix.length)
  return value !== undefined && VALUE.test(value) ? value : undefined
}
