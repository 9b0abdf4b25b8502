/** What the buyer chose so far. */
import type { CartPageProps } from './props.js'

export function CartPage(props: CartPageProps) {
  return <pre>{JSON.stringify(props, null, 2)}</pre>
}
