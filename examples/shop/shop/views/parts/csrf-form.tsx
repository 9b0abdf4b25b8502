/** The only way a page posts: a form with the buyer's CSRF token. */
import type { ComponentChildren } from 'preact'
import type { PageContext } from '../props.js'

interface CsrfFormProps {
  readonly context: PageContext
  readonly action: string
  readonly class?: string
  readonly noValidate?: boolean
  readonly children: ComponentChildren
}

export function CsrfForm({ context, children, ...form }: CsrfFormProps) {
  return (
    <form method="post" {...form}>
      <input type="hidden" name="_csrf" value={context.csrfToken} />
      {children}
    </form>
  )
}
