/** Something went wrong, in a sentence and with a way on. */
import type { ErrorPageProps } from './props.js'

export function ErrorPage(props: ErrorPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
