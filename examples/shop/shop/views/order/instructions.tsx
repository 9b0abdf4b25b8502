/** How to pay the missing amount: an address for coins, or a link to the provider's page. */
import { formatMoney, networkName } from '../format.js'
import { Copyable } from '../parts/copyable.js'
import { QrCode } from '../parts/qr-code.js'
import type { OrderView, PaymentInstructions } from '../props.js'
import { PROVIDERS } from '../providers.js'

export function Instructions({ order }: { readonly order: OrderView }) {
  switch (order.payment?.kind) {
    case 'address':
      return <PayToAddress order={order} to={order.payment} />
    case 'link':
      return <PayElsewhere order={order} url={order.payment.url} />
    default:
      return null
  }
}

interface PayToAddressProps {
  readonly order: OrderView
  readonly to: Extract<PaymentInstructions, { kind: 'address' }>
}

function PayToAddress({ order, to: { address, coin, network, walletUrl } }: PayToAddressProps) {
  return (
    <section class="instructions" aria-label="How to pay">
      <QrCode text={address} label="QR code of the address" />
      <dl class="facts">
        <dt>Amount</dt>
        <dd class="due">
          <Copyable name="amount" value={order.due} shown={formatMoney(due(order))} />
        </dd>
        <dt>Address</dt>
        <dd class="code">
          <Copyable name="address" value={address} />
        </dd>
        <dt>Network</dt>
        <dd>{networkName(network)}</dd>
      </dl>
      <p class="hint">
        Send {coin} over {networkName(network)} only: anything else sent there may be lost. The address is for this
        order alone.
      </p>
      {walletUrl !== null && (
        <a class="button wide" id="wallet" href={walletUrl} rel="noreferrer">
          Open the sandbox wallet
        </a>
      )}
    </section>
  )
}

function PayElsewhere({ order, url }: { readonly order: OrderView; readonly url: string }) {
  const { company } = PROVIDERS[order.provider]
  return (
    <section class="instructions" aria-label="How to pay">
      <p class="due">
        <a class="button primary wide" id="pay" href={url} rel="noreferrer">
          Pay {formatMoney(due(order))} at {company}
        </a>
      </p>
      <details id="other-device">
        <summary>Pay on another device</summary>
        <QrCode text={url} label={`QR code of the payment page at ${company}`} />
      </details>
    </section>
  )
}

const due = (order: OrderView) => ({ amount: order.due, currency: order.expected.currency })
