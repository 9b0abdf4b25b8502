/** An error in one sentence, with a way to continue. */
import { Layout } from './parts/layout.js'
import { paths } from './paths.js'
import type { ErrorPageProps } from './props.js'

const TEXTS: Readonly<Record<ErrorPageProps['status'], { readonly title: string; readonly text: string }>> = {
  400: { title: 'That did not work', text: 'What your browser sent could not be read. Go back and try it once more.' },
  403: {
    title: 'This form is too old',
    text: 'It was opened in another session, so nothing was done. Go back, load the page again, and send it once more.',
  },
  404: { title: 'There is nothing here', text: 'Either the address is wrong, or what it leads to is somebody else’s.' },
  500: {
    title: 'Something broke on our side',
    text: 'It is not your fault, and it was written down. Try it again in a moment.',
  },
  503: { title: 'We are not reachable right now', text: 'Nothing was lost. Try it again in a moment.' },
}

export function ErrorPage({ context, status, requestId }: ErrorPageProps) {
  const { title, text } = TEXTS[status]
  return (
    <Layout context={context} title={title}>
      <div class="card narrow message">
        <p class="code">{status}</p>
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        {requestId !== null && (
          <p class="muted">
            When you write to us about it, name <code>{requestId}</code>.
          </p>
        )}
        <a class="button" href={paths.catalogue}>
          To the shop
        </a>
      </div>
    </Layout>
  )
}
