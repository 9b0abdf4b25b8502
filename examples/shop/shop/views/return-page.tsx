/** Where providers send the buyer back to. */
import type { ReturnPageProps } from './props.js'

export function ReturnPage(props: ReturnPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
