/** The frame of every page. */
import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'

export interface LayoutProps {
  readonly title: string
  /** True if the action failed: people who cannot see the page then hear that first. */
  readonly isError?: boolean
  /** Null until a shop is connected. */
  readonly shopUrl?: string | null
  readonly children: ComponentChildren
}

export function Layout({ title, isError = false, shopUrl = null, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${isError ? 'Error: ' : ''}${title} · Provider sandbox`}</title>
        <link rel="stylesheet" href="/assets/sandbox.css" />
        <link rel="stylesheet" href="/assets/payment.css" />
        <link rel="icon" href="/assets/icon.svg" />
        <script src="/assets/live.js" type="module"></script>
      </head>
      <body>
        <header class="bar">
          <a href="/">Provider sandbox</a>
          <nav>
            {shopUrl !== null && <a href={shopUrl}>To the shop</a>}
            <span>no real money</span>
          </nav>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}

export function renderPage(page: Parameters<typeof renderToString>[0]): string {
  return `<!doctype html>\n${renderToString(page)}\n`
}
