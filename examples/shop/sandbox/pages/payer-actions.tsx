/** The actions that the payer, the chain or the provider can take now. */
import { Big } from 'big.js'
import { COINS } from '../providers/city-pay.js'
import type { Action } from '../providers/provider.js'
import type { PaymentView } from '../view.js'
import { money, Press, valueOf, type Problem } from './parts.js'

type PlainAction = Exclude<Action, 'pay' | 'choose-coin'>

const LABELS: Readonly<Record<PlainAction, string>> = {
  'pay-elsewhere': 'Pay over BSC instead',
  'pay-by-card': 'Pay: the card is good',
  decline: 'Pay: the card is declined',
  reserve: 'Reserve only',
  process: 'Pay: it takes a while',
  confirm: 'Confirm',
  capture: 'Capture what is reserved',
  fail: 'Let it fail',
  cancel: 'Cancel',
  expire: 'Let it expire',
  'generate-reference': 'Get an over-the-counter number',
  refund: 'Refund',
  'fail-refund': 'Let the last refund fail',
  inquire: 'The bank asks about it',
  dispute: 'Dispute it',
  'win-dispute': 'The shop wins the dispute',
  'lose-dispute': 'The shop loses the dispute',
}

/** Actions of the provider, the buyer's bank or the shop's staff, once there is money. */
const LATER: readonly Action[] = ['refund', 'fail-refund', 'inquire', 'dispute', 'win-dispute', 'lose-dispute']
const MAIN: readonly Action[] = ['confirm', 'pay-by-card']

interface PayerActionsProps {
  readonly payment: PaymentView
  readonly to: string
  readonly problem: Problem | null
}

export function PayerActions({ payment, to, problem }: PayerActionsProps) {
  const plain = payment.actions.filter((action): action is PlainAction => action in LABELS)
  const later = plain.filter((action) => LATER.includes(action))
  return (
    <section class="card" aria-labelledby="pay">
      <h2 id="pay">{later.length > 0 && later.length === plain.length ? 'Afterwards' : 'Pay'}</h2>
      {payment.actions.length === 0 && <p>Nothing more can be done with this payment.</p>}
      {payment.note !== null && <p class="note">{payment.note}</p>}
      {payment.actions.includes('choose-coin') && <ChooseCoin to={to} />}
      {payment.actions.includes('pay') && <Pay payment={payment} to={to} problem={problem} />}
      <Buttons actions={plain.filter((action) => !later.includes(action))} to={to} />
      {later.length > 0 && <Buttons actions={later} to={to} />}
      {payment.returnUrl !== null && (
        <p class="back">
          <a href={payment.returnUrl}>Back to the shop</a>
        </p>
      )}
    </section>
  )
}

function Buttons({ actions, to }: { readonly actions: readonly PlainAction[]; readonly to: string }) {
  return (
    <div class="row">
      {actions.map((action) => (
        <Press
          to={to}
          fields={{ action }}
          kind={MAIN.includes(action) ? 'main' : 'quiet'}
          label={LABELS[action]}
          key={action}
        />
      ))}
    </div>
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

function Pay({ payment, to, problem }: PayerActionsProps) {
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
          <input
            name="amount"
            inputmode="decimal"
            required
            pattern="\d+(\.\d+)?"
            {...valueOf('amount', half(open ?? '10'), problem)}
          />
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
