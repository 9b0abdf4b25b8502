/** The way into the operator's pages. */
import type { OperatorLoginPageProps } from '../props.js'

export function OperatorLoginPage(props: OperatorLoginPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
