/** The frame of every page. */
import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'

export interface LayoutProps {
  readonly title: string
  readonly children: ComponentChildren
}

export function Layout({ title, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Provider sandbox`}</title>
        <link rel="stylesheet" href="/assets/sandbox.css" />
        <link rel="stylesheet" href="/assets/payment.css" />
        <link rel="icon" href="/assets/icon.svg" />
      </head>
      <body>
        <header class="bar">
          <a href="/">Provider sandbox</a>
          <span>no real money</span>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}

export function renderPage(page: Parameters<typeof renderToString>[0]): string {
  return `<!doctype html>\n${renderToString(page)}\n`
}
