/** The part of the order page that changes while the buyer pays. public/follow.js replaces it as a whole. */
import { formatMoney } from '../format.js'
import { Countdown } from '../parts/countdown.js'
import { CsrfForm } from '../parts/csrf-form.js'
import { STATUS, StatusBadge } from '../parts/status-badge.js'
import { paths } from '../paths.js'
import type { OrderView, PageContext } from '../props.js'
import { Balance } from './balance.js'
import { Instructions } from './instructions.js'
import { Progress } from './progress.js'
import { RefundNote } from './refund-note.js'
import { statusText } from './status-text.js'
import { Transactions } from './transactions.js'

interface OrderLiveProps {
  readonly context: PageContext
  readonly order: OrderView
}

export function OrderLive({ context, order }: OrderLiveProps) {
  const { headline, text } = statusText(order)
  const payable = order.payment !== null || order.canPayAgain
  return (
    <article
      class={`card ticket ${STATUS[order.status].tone}`}
      data-version={order.version}
      data-final={order.final}
      data-title={headline}
    >
      <header class="ticket-head">
        <div class="ticket-top">
          <StatusBadge status={order.status} />
          {payable && order.expiresAt !== null && <Countdown until={order.expiresAt} now={context.now} />}
        </div>
        <h1 id="status" tabIndex={-1}>
          {headline}
        </h1>
        <p class="lead">{text}</p>
        <Progress order={order} />
      </header>
      <div class="ticket-body">
        <Instructions order={order} />
        {order.canPayAgain && <PayAgain context={context} order={order} />}
        <Balance order={order} />
        <RefundNote order={order} />
        <Transactions order={order} />
        {isOver(order) && <OrderAgain context={context} order={order} />}
      </div>
    </article>
  )
}

/** True if the buyer has nothing left to do. */
const isOver = ({ status, payment, canPayAgain }: OrderView): boolean =>
  payment === null && !canPayAgain && status !== 'awaiting_payment' && status !== 'payment_detected'

function OrderAgain({ context, order }: OrderLiveProps) {
  return (
    <CsrfForm context={context} action={paths.orderAgain(order.id)}>
      <button class="button wide" type="submit" id="order-again">
        Put the same into the cart again
      </button>
    </CsrfForm>
  )
}

const PAY_AGAIN: Readonly<Partial<Record<OrderView['status'], string>>> = {
  payment_insufficient: 'Pay the difference of',
  awaiting_payment: 'Pay',
}

function PayAgain({ context, order }: OrderLiveProps) {
  const { amount, currency } = { amount: order.shortfall, currency: order.expected.currency }
  return (
    <CsrfForm context={context} action={paths.payAgain(order.id)}>
      <button class="button primary wide" type="submit" id="pay-again">
        {`${PAY_AGAIN[order.status] ?? 'Try again and pay'} ${formatMoney({ amount, currency })}`}
      </button>
    </CsrfForm>
  )
}
