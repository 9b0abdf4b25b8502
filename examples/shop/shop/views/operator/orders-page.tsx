/** All orders, newest first. */
import type { OrderStatus } from 'express-payment-webhooks/orders'
import { formatMoney, isSome } from '../format.js'
import { STATUS, StatusBadge } from '../parts/status-badge.js'
import { Time } from '../parts/time.js'
import { paths } from '../paths.js'
import type { OperatorOrderRow, OperatorOrdersPageProps } from './props.js'
import { PROVIDERS } from '../providers.js'
import { Filter } from './filter.js'
import { NextPage } from './next-page.js'
import { OperatorLayout } from './operator-layout.js'

export function OperatorOrdersPage({ context, orders, counts, status, search, next }: OperatorOrdersPageProps) {
  const choices = (Object.keys(STATUS) as OrderStatus[])
    .map((value) => ({ value, label: STATUS[value].label, count: counts[value] ?? 0 }))
    .filter(({ value, count }) => count > 0 || value === status)
  return (
    <OperatorLayout context={context} title="Orders">
      <Filter label="Status" path={paths.operator} parameter="status" chosen={status} choices={choices} />
      {orders.length === 0 ? (
        <p class="card empty">{search === null ? 'No orders here.' : `Nothing was found for “${search}”.`}</p>
      ) : (
        <ul class="card rows">
          {orders.map((order) => (
            <li key={order.id}>
              <OrderRow order={order} />
            </li>
          ))}
        </ul>
      )}
      <NextPage path={paths.operator} filter={{ status }} before={next} />
    </OperatorLayout>
  )
}

function OrderRow({ order }: { readonly order: OperatorOrderRow }) {
  const { id, reference, email, expected, received, provider, placedAt, status } = order
  return (
    <article class="row">
      <div>
        <a class="row-title code" href={paths.operatorOrder(id)}>
          {reference}
        </a>
        <p class="row-detail muted breakable">{email}</p>
      </div>
      <p class="row-aside">
        <StatusBadge status={status} />
      </p>
      <p class="muted">
        {PROVIDERS[provider].label}
        <br />
        <Time at={placedAt} />
      </p>
      <p class="row-aside amount">
        <strong>{formatMoney(expected)}</strong>
        <br />
        <span class="muted">
          {isSome(received)
            ? `${formatMoney({ amount: received, currency: expected.currency })} received`
            : 'nothing received'}
        </span>
      </p>
    </article>
  )
}
