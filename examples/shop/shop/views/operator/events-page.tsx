/** What providers sent, and what became of it. */
import type { OperatorEventsPageProps } from '../props.js'

export function OperatorEventsPage(props: OperatorEventsPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
