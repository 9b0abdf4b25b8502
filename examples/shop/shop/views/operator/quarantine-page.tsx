/** Authentic deliveries that could not be used. */
import type { OperatorQuarantinePageProps } from '../props.js'

export function OperatorQuarantinePage(props: OperatorQuarantinePageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
