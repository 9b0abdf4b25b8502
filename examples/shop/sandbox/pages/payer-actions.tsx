/** What the payer, the chain or the provider can do with a payment now. */
import { Big } from 'big.js'
import { COINS } from '../providers/city-pay.js'
import type { Action } from '../providers/provider.js'
import type { PaymentView } from '../view.js'
import { money, Press } from './parts.js'

type PlainAction = Exclude<Action, 'pay' | 'choose-coin'>

const LABELS: Readonly<Record<PlainAction, string>> = {
  confirm: 'Confirm',
  fail: 'Let it fail',
  cancel: 'Cancel',
  expire: 'Let it expire',
  refund: 'Refund',
  'generate-reference': 'Get an over-the-counter number',
}

export function PayerActions({ payment, to }: { readonly payment: PaymentView; readonly to: string }) {
  const plain = payment.actions.filter((action): action is PlainAction => action in LABELS)
  return (
    <section class="card" aria-labelledby="pay">
      <h2 id="pay">Pay</h2>
      {payment.actions.length === 0 && <p>Nothing more can be done with this payment.</p>}
      {payment.actions.includes('choose-coin') && <ChooseCoin to={to} />}
      {payment.actions.includes('pay') && <Pay payment={payment} to={to} />}
      <div class="row">
        {plain.map((action) => (
          <Press
            to={to}
            fields={{ action }}
            kind={action === 'confirm' ? 'main' : 'quiet'}
            label={LABELS[action]}
            key={action}
          />
        ))}
      </div>
      {payment.returnUrl !== null && (
        <p class="back">
          <a href={payment.returnUrl}>Back to the shop</a>
        </p>
      )}
    </section>
  )
}

function ChooseCoin({ to }: { readonly to: string }) {
  return (
    <form method="post" action={to} class="row">
      <input type="hidden" name="action" value="choose-coin" />
      <label>
        Coin
        <select name="coin">
          {Object.entries(COINS).map(([code, { name }]) => (
            <option value={code} key={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button class="main">Choose coin</button>
    </form>
  )
}

function Pay({ payment, to }: { readonly payment: PaymentView; readonly to: string }) {
  const { missing, takesMore } = payment
  const open = missing !== null && missing !== '0' ? missing : null
  return (
    <>
      <div class="row">
        {open !== null && (
          <Press to={to} fields={{ action: 'pay' }} kind="main" label={`Pay ${money(open, payment)}`} />
        )}
        {open !== null && takesMore && (
          <Press
            to={to}
            fields={{ action: 'pay', amount: tenthMore(open) }}
            label={`Overpay ${money(tenthMore(open), payment)}`}
          />
        )}
      </div>
      <form method="post" action={to} class="row">
        <input type="hidden" name="action" value="pay" />
        <label>
          Amount in {payment.currency}
          <input name="amount" inputmode="decimal" required pattern="\d+(\.\d+)?" value={half(open ?? '10')} />
        </label>
        <button>Pay part</button>
      </form>
    </>
  )
}

function tenthMore(amount: string): string {
  return new Big(amount).times('1.1').round(2, Big.roundUp).toFixed()
}

function half(amount: string): string {
  return new Big(amount).div(2).round(2, Big.roundUp).toFixed()
}
