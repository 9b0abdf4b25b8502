/** An order that keeps itself up to date, next to its products. */
import { OrderLines } from '../parts/order-lines.js'
import { Time } from '../parts/time.js'
import { paths } from '../paths.js'
import type { OrderView, PageContext } from '../props.js'
import { PROVIDERS } from '../providers.js'
import { OrderLive } from './order-live.js'

/** Without scripts, the page reloads at this interval. */
export const REFRESH_SECONDS = 15

interface FollowedOrderProps {
  readonly context: PageContext
  readonly order: OrderView
}

export function FollowedOrder({ context, order }: FollowedOrderProps) {
  return (
    <div class="columns">
      <div>
        <div
          data-live
          data-now={context.now}
          data-events={paths.orderEvents(order.id)}
          data-signal={paths.orderSignal(order.id)}
          data-fragment={paths.orderFragment(order.id)}
        >
          <OrderLive context={context} order={order} />
        </div>
        <p class="visually-hidden" role="status" data-announcer />
        <p class="connection muted" data-connection>
          {!order.final && (
            <noscript>
              This page loads itself again every {REFRESH_SECONDS} seconds.{' '}
              <a href={paths.order(order.id)}>Load it now</a>
            </noscript>
          )}
        </p>
      </div>
      <aside class="card summary" aria-labelledby="your-order">
        <h2 id="your-order">Your order</h2>
        <OrderLines lines={order.lines} total={order.expected} />
        <dl class="facts">
          <dt>Payment</dt>
          <dd>{PROVIDERS[order.provider].label}</dd>
          <dt>Placed</dt>
          <dd>
            <Time at={order.placedAt} />
          </dd>
          <dt>E-mail</dt>
          <dd class="breakable">{order.email}</dd>
          <dt>Number</dt>
          <dd class="code">{order.reference}</dd>
        </dl>
      </aside>
    </div>
  )
}
