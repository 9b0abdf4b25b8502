/** All orders, newest first. */
import type { OperatorOrdersPageProps } from '../props.js'

export function OperatorOrdersPage(props: OperatorOrdersPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
