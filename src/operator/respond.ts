/** Answers of the page, and what browsers are told about them. */
import type { ServerResponse } from 'node:http'
import { STYLE_HASH } from './style.js'

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `default-src 'none'; style-src ${STYLE_HASH}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  // With no-referrer, browsers would not say from which origin a form comes.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** In place of what the application says about its own pages. */
export function setHeaders(res: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value)
}

export function send(res: ServerResponse, text: string, status = 200): void {
  res.statusCode = status
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.end(text)
}

export function redirect(res: ServerResponse, location: string): void {
  res.statusCode = 303
  res.setHeader('Location', location)
  res.end()
}

/** Says nothing but the status. */
export function deny(res: ServerResponse, status: 403 | 404 | 405 | 500): void {
  res.statusCode = status
  res.end()
}
