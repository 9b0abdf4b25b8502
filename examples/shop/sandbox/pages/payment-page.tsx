/** The payer's page of one payment, with the controls of its provider below. */
import type { PaymentView } from '../view.js'
import { DeliveryControls } from './delivery-controls.js'
import { DeliveryLog } from './delivery-log.js'
import { Layout } from './layout.js'
import { money, ProblemNotice, Status, type Problem } from './parts.js'
import { PayerActions } from './payer-actions.js'
import { Troubles } from './troubles.js'

interface PaymentPageProps {
  readonly payment: PaymentView
  readonly problem: Problem | null
}

export function PaymentPage({ payment, problem }: PaymentPageProps) {
  const { provider, id, providerTitle, reference, amount, received, missing } = payment
  const controls = `/sandbox/payments/${provider}/${encodeURIComponent(id)}`
  return (
    <Layout title={`${providerTitle} ${reference}`} shopUrl={payment.shopUrl} isError={problem !== null}>
      <p class="provider">{providerTitle}</p>
      <div class="title">
        <h1>{reference || 'Payment'}</h1>
        <Status payment={payment} />
      </div>
      <dl class="facts">
        <Fact name="Owed" value={amount === null ? 'only the shop knows' : money(amount, payment)} />
        <Fact name="Paid" value={money(received, payment)} />
        {missing !== null && <Fact name="Missing" value={money(missing, payment)} />}
        {payment.facts.map(({ name, amount }) => (
          <Fact name={name} value={money(amount, payment)} key={name} />
        ))}
        {payment.expiresAt !== null && <Fact name="Open until" value={`${payment.expiresAt.slice(11, 19)} UTC`} />}
      </dl>
      <ProblemNotice problem={problem} />
      <div class="columns" data-live={payment.payerUrl}>
        <div>
          <PayerActions payment={payment} to={`${controls}/actions`} problem={problem} />
          <DeliveryControls payment={payment} to={controls} problem={problem} />
          <Troubles payment={payment} to={`${controls}/troubles`} />
        </div>
        <DeliveryLog payment={payment} />
      </div>
    </Layout>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
