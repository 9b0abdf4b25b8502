/** How to pay, and where to write to. */
import type { CheckoutPageProps } from './props.js'

export function CheckoutPage(props: CheckoutPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
