/** The order, which is also the payment page. */
import type { OrderPageProps } from './props.js'

export function OrderPage(props: OrderPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
