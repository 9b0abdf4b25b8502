/** Answers an error: JSON for programs, a page for people. Express's own page would show file paths. */
import type { ErrorRequestHandler, Request } from 'express'
import { Refusal } from '../refusal.js'
import { Layout, renderPage } from './layout.js'

export const failure: ErrorRequestHandler = (error: Error & { status?: number }, req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error.status ?? 500
  if (status >= 500) console.error(error)
  const message = error instanceof Refusal ? error.message : status >= 500 ? 'internal error' : 'unreadable request'
  res.status(status)
  if (!isPerson(req)) return void res.json({ error: message })
  res.type('html').send(renderPage(<ProblemPage message={message} back={backTo(req.get('referer'))} />))
}

/** Programs accept anything, or JSON. */
export function isPerson(req: Request): boolean {
  return req.accepts(['json', 'html']) === 'html'
}

function ProblemPage({ message, back }: { readonly message: string; readonly back: string }) {
  return (
    <Layout title="Not possible" isError>
      <h1>That is not possible</h1>
      <p class="lead">{message}</p>
      <p>
        <a href={back}>Go back</a>
      </p>
    </Layout>
  )
}

/** Only the path, so that no link leads to another site. */
function backTo(referer: string | undefined): string {
  if (referer === undefined || !URL.canParse(referer)) return '/'
  const { pathname, search } = new URL(referer)
  return `/${pathname.replace(/^\/+/, '')}${search}`
}
