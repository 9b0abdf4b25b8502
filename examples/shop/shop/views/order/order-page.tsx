/** The order, which is also the payment page. */
import { Layout } from '../parts/layout.js'
import { Notice } from '../parts/notice.js'
import type { OrderPageProps } from '../props.js'
import { FollowedOrder, REFRESH_SECONDS } from './followed-order.js'
import { statusText } from './status-text.js'

export function OrderPage({ context, order, problem }: OrderPageProps) {
  return (
    <Layout
      context={context}
      title={statusText(order).headline}
      isError={problem !== null}
      script="payment.js"
      refreshSeconds={order.final ? null : REFRESH_SECONDS}
    >
      <Notice text={problem} />
      <FollowedOrder context={context} order={order} />
    </Layout>
  )
}
