/** The page to which providers send the buyer back: the order as stored by the shop, whatever the address contains. */
import { Layout } from '../parts/layout.js'
import { Notice } from '../parts/notice.js'
import { paths } from '../paths.js'
import type { OrderView, PageContext, ReturnPageProps } from '../props.js'
import { PROVIDERS } from '../providers.js'
import { FollowedOrder, REFRESH_SECONDS } from './followed-order.js'
import { statusText } from './status-text.js'

export function ReturnPage({ context, order }: ReturnPageProps) {
  return order === null ? <UnknownOrder context={context} /> : <Returned context={context} order={order} />
}

function Returned({ context, order }: { readonly context: PageContext; readonly order: OrderView }) {
  return (
    <Layout
      context={context}
      title={statusText(order).headline}
      script="payment.js"
      refreshSeconds={order.final ? null : REFRESH_SECONDS}
    >
      <Notice
        tone="info"
        text={`You are back from ${PROVIDERS[order.provider].company}. What counts is what they tell us directly, and it can take a moment.`}
      />
      <FollowedOrder context={context} order={order} />
    </Layout>
  )
}

function UnknownOrder({ context }: { readonly context: PageContext }) {
  return (
    <Layout context={context} title="Your order">
      <div class="card narrow message">
        <h1>We cannot tell which order this is</h1>
        <p class="lead">
          This browser has none with us. If you ordered in another one, go back to it, or open the link in our e-mail.
          Your payment does not depend on this page.
        </p>
        <a class="button" href={paths.catalogue}>
          To the shop
        </a>
      </div>
    </Layout>
  )
}
