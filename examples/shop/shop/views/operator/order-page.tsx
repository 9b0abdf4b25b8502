/** One order with everything that happened to it. */
import type { OperatorOrderPageProps } from '../props.js'

export function OperatorOrderPage(props: OperatorOrderPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
