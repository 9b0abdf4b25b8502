/** The common frame of the operator's pages: a heading and the navigation. */
import type { ComponentChildren } from 'preact'
import { CsrfForm } from '../parts/csrf-form.js'
import { Layout } from '../parts/layout.js'
import { paths } from '../paths.js'
import type { PageContext } from '../props.js'

const SECTIONS = [
  { name: 'Orders', path: paths.operator },
  { name: 'Events', path: paths.operatorEvents },
] as const

interface OperatorLayoutProps {
  readonly context: PageContext
  readonly title: string
  readonly isError?: boolean
  readonly children: ComponentChildren
}

export function OperatorLayout({ context, title, isError = false, children }: OperatorLayoutProps) {
  return (
    <Layout context={context} title={title} isError={isError}>
      <div class="operator-bar">
        <nav aria-label="Operator">
          {SECTIONS.map(({ name, path }) => (
            <a key={path} href={path} aria-current={path === paths.operator ? 'true' : undefined}>
              {name}
              {path === paths.operatorEvents && context.quarantined > 0 && (
                <>
                  {' '}
                  <span class="count">{context.quarantined}</span>
                </>
              )}
            </a>
          ))}
        </nav>
        <form class="inline" method="get" action={paths.operatorSearch} role="search">
          <label class="visually-hidden" for="q">
            Find an order by its number, an e-mail address, or the id of a payment or an event
          </label>
          <input id="q" name="q" type="search" placeholder="Find an order" required maxLength={200} />
          <button class="button small" type="submit">
            Find
          </button>
        </form>
        <CsrfForm context={context} action={paths.operatorLogout}>
          <button class="button small quiet" type="submit">
            Log out
          </button>
        </CsrfForm>
      </div>
      <h1>{title}</h1>
      {children}
    </Layout>
  )
}
