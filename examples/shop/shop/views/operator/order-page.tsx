/** One order with its whole history. */
import { CsrfForm } from '../parts/csrf-form.js'
import { Notice } from '../parts/notice.js'
import { OrderLines } from '../parts/order-lines.js'
import { StatusBadge } from '../parts/status-badge.js'
import { Time } from '../parts/time.js'
import { Balance } from '../order/balance.js'
import { Transactions } from '../order/transactions.js'
import { paths } from '../paths.js'
import type { OperatorOrderPageProps } from './props.js'
import { PROVIDERS } from '../providers.js'
import { AuditTrail } from './audit-trail.js'
import { CardPayments } from './card-payments.js'
import { Mails } from './mails.js'
import { OrderChanges } from './order-changes.js'
import { OperatorLayout } from './operator-layout.js'
import { Payments } from './payments.js'
import { REASONS } from './reasons.js'

export function OperatorOrderPage(props: OperatorOrderPageProps) {
  const { context, order, payments, cards, changes, audit, mails, shippedAt, decision, problem, fault, notice } = props
  return (
    <OperatorLayout context={context} title={order.reference} isError={problem !== null}>
      <Notice text={problem} takesFocus={fault === null} />
      <Notice text={notice} tone="info" />
      <div class="columns">
        <div class="stack">
          <section class="card" aria-labelledby="payment">
            <h2 id="payment">
              Payment <StatusBadge status={order.status} />
            </h2>
            {order.reasons.length > 0 && (
              <ul class="reasons">
                {order.reasons.map((reason) => (
                  <li key={reason}>{REASONS[reason]}</li>
                ))}
              </ul>
            )}
            {order.status === 'needs_review' && <Decide {...props} />}
            {decision !== null && <p class="muted">You {decision} it.</p>}
            <Balance order={order} />
            <Transactions order={order} />
            <CardPayments context={context} order={order} cards={cards} fault={fault} />
            <Payments payments={payments} currency={order.expected.currency} />
          </section>
          <section class="card" aria-labelledby="audit">
            <h2 id="audit">What happened</h2>
            <AuditTrail entries={audit} />
          </section>
        </div>
        <div class="stack">
          <section class="card summary" aria-labelledby="order">
            <h2 id="order">Order</h2>
            <OrderLines lines={order.lines} total={order.expected} />
            <dl class="facts">
              <dt>E-mail</dt>
              <dd class="breakable">{order.email}</dd>
              <dt>Provider</dt>
              <dd>{PROVIDERS[order.provider].label}</dd>
              <dt>Placed</dt>
              <dd>
                <Time at={order.placedAt} />
              </dd>
              <dt>Pay until</dt>
              <dd>{order.expiresAt === null ? 'no deadline' : <Time at={order.expiresAt} />}</dd>
              <dt>Shipped</dt>
              <dd>{shippedAt === null ? 'not yet' : <Time at={shippedAt} />}</dd>
            </dl>
            <p>
              <a href={paths.order(order.id)}>As the buyer sees it</a>
            </p>
            <p>
              <a href={`${paths.operatorEvents}?q=${order.reference}`}>All events that came for it</a>
            </p>
          </section>
          <OrderChanges context={context} order={order} changes={changes} fault={fault} />
          <section class="card" aria-labelledby="mails">
            <h2 id="mails">E-mails</h2>
            <Mails mails={mails} />
          </section>
        </div>
      </div>
    </OperatorLayout>
  )
}

function Decide({ context, order }: OperatorOrderPageProps) {
  return (
    <CsrfForm context={context} action={paths.operatorDecide(order.id)} class="inline">
      <button class="button primary" type="submit" name="decision" value="accepted">
        Accept as paid
      </button>
      <button class="button" type="submit" name="decision" value="rejected">
        Reject
      </button>
    </CsrfForm>
  )
}
