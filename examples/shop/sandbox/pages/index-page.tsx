/** All payments of the sandbox, newest first. */
import type { ShopUrls } from '../accounts.js'
import type { PaymentView } from '../view.js'
import { Layout } from './layout.js'
import { money, Status } from './parts.js'

export interface IndexPageProps {
  readonly payments: readonly PaymentView[]
  readonly shop: ShopUrls | null
}

export function IndexPage({ payments, shop }: IndexPageProps) {
  return (
    <Layout title="Payments" shopUrl={shop && new URL(shop.returnUrl).origin}>
      <h1>Payments</h1>
      <p class="lead">
        This server stands for Stripe, Coins.ph, CoinbarPay, CityPay and the crypto gateway. Open a payment to play its
        payer, and to say how its callbacks reach the shop.
      </p>
      {payments.length === 0 ? (
        <p class="card empty">Nobody has asked for a payment yet. Buy something in the shop.</p>
      ) : (
        <ul class="payments">
          {payments.map((payment) => (
            <li class="card" key={`${payment.provider} ${payment.id}`}>
              <a href={payment.payerUrl}>{payment.reference || payment.id}</a>
              <span>{payment.providerTitle}</span>
              <span class="number">{payment.amount === null ? 'any amount' : money(payment.amount, payment)}</span>
              <Status payment={payment} />
            </li>
          ))}
        </ul>
      )}
      <h2>Where callbacks go</h2>
      {shop === null ? (
        <p>No shop is connected: callbacks wait until one is.</p>
      ) : (
        <dl class="urls card">
          {Object.entries(shop.callbacks).map(([provider, url]) => (
            <div key={provider}>
              <dt>{provider}</dt>
              <dd>{url}</dd>
            </div>
          ))}
        </dl>
      )}
    </Layout>
  )
}
