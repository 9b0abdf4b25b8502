/** The part of the order page that changes while the buyer pays. */
import type { OrderView, PageContext } from './props.js'

export function OrderLive(props: { context: PageContext; order: OrderView }) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
