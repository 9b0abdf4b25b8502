/** Answers of the page and their headers. */
import type { ServerResponse } from 'node:http'
import { STYLE_HASH } from './style.js'

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `default-src 'none'; style-src ${STYLE_HASH}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  // With no-referrer, browsers would send no origin with a form.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Replaces the headers that the application sets for its own pages. */
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

/** Text for the visitor, because a browser shows an empty answer as a blank page. Contains nothing of the shop. */
const REASONS = {
  403: 'This page is for operators of the shop, and the shop does not know you as one. Log in there, then open it again.',
  404: 'There is no such page.',
  405: 'This address does not take such a request.',
  500: 'The page failed. What happened is in the log of the shop.',
} as const

/** A line of text without a page around it. */
export function deny(res: ServerResponse, status: keyof typeof REASONS): void {
  res.statusCode = status
  res.setHeader('Content-Type', 'text/plain; charset=utf-8')
  res.end(`${REASONS[status]}\n`)
}
