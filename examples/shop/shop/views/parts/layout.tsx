/** The frame of every page: head, header, main and footer. */
import type { ComponentChildren } from 'preact'
import { plural } from '../format.js'
import { paths } from '../paths.js'
import type { PageContext } from '../props.js'

const SHOP_NAME = 'Steep'
/** Files under public/styles/. A later one overrides an earlier one. */
const STYLES = ['base', 'page', 'parts', 'cart', 'order', 'operator', 'screens'] as const

interface LayoutProps {
  readonly context: PageContext
  readonly title: string
  /** True if the form did nothing: people who cannot see the page then hear that first. */
  readonly isError?: boolean
  /** A module under public/ that improves the page. The page has to work without it. */
  readonly script?: string
  /** Without scripts, the page reloads after this many seconds. */
  readonly refreshSeconds?: number | null
  readonly children: ComponentChildren
}

export function Layout({ context, title, isError = false, script, refreshSeconds, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${isError ? 'Error: ' : ''}${title} · ${SHOP_NAME}`}</title>
        <link rel="icon" type="image/svg+xml" href={`${paths.assets}/favicon.svg`} />
        {STYLES.map((name) => (
          <link rel="stylesheet" href={`${paths.assets}/styles/${name}.css`} key={name} />
        ))}
        {script !== undefined && <script type="module" src={`${paths.assets}/${script}`} />}
        {refreshSeconds != null && (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="masthead">
          <a class="brand" href={paths.catalogue}>
            <Leaf />
            {SHOP_NAME}
          </a>
          <nav aria-label="Shop">
            {context.operator && <a href={paths.operator}>Operator</a>}
            <a class="cart-link" href={paths.cart} aria-label={`Cart, ${plural(context.cartCount, 'piece')}`}>
              Cart <span class="count">{context.cartCount}</span>
            </a>
          </nav>
        </header>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <footer class="footer">
          <p>An example shop: it sells nothing, and sandbox payments move no money.</p>
        </footer>
      </body>
    </html>
  )
}

function Leaf() {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path
        fill="currentColor"
        d="M20.5 3C11 3 4 7.5 4 14.5c0 1.6.4 2.9 1 4L3 21l1.5 1 2.1-2.4c1.2.6 2.6.9 4 .9C18 20.5 21 12.5 20.5 3Z"
      />
      <path class="vein" fill="none" stroke-width="1.4" stroke-linecap="round" d="M7 18.500C10 14 13 11 16.5 8.5" />
    </svg>
  )
}
