/** Staff's actions on card payments: charge a reserved amount, release it, refund. */
import { formatMoney, isSome, plainAmount } from '../format.js'
import { CsrfForm } from '../parts/csrf-form.js'
import { paths } from '../paths.js'
import type { OrderView, PageContext } from '../props.js'
import { AmountInput, cardField } from './amount-input.js'
import type { CardAction, CardPaymentView, FieldAtFault } from './props.js'

interface CardPaymentsProps {
  readonly context: PageContext
  readonly order: OrderView
  readonly cards: readonly CardPaymentView[]
  readonly fault: FieldAtFault | null
}

export function CardPayments({ context, order, cards, fault }: CardPaymentsProps) {
  if (cards.length === 0) return null
  const { currency } = order.expected
  return (
    <section aria-labelledby="cards">
      <h3 id="cards">At Stripe</h3>
      {cards.map(({ paymentId, capturable, refundable }) => {
        const form = { context, order, paymentId, fault }
        return (
          <div class="stack" key={paymentId}>
            {isSome(capturable) && (
              <>
                <p class="muted">{formatMoney({ amount: capturable, currency })} is reserved.</p>
                <AmountForm {...form} action="capture" label="Charge" amount={capturable} />
                <CsrfForm context={context} action={paths.operatorCard(order.id)}>
                  <Hidden order={order} paymentId={paymentId} action="release" />
                  <button class="button quiet" type="submit">
                    Give it back
                  </button>
                </CsrfForm>
              </>
            )}
            {isSome(refundable) && <AmountForm {...form} action="refund" label="Refund" amount={refundable} />}
          </div>
        )
      })}
    </section>
  )
}

interface CardForm {
  readonly order: OrderView
  readonly paymentId: string
  readonly action: CardAction
}

/** @param amount the largest amount that can be moved, which is the field's initial value */
function AmountForm(
  props: CardForm & Pick<CardPaymentsProps, 'context' | 'fault'> & { readonly label: string; readonly amount: string },
) {
  const { context, order, paymentId, action, label, amount, fault } = props
  const field = cardField(action, paymentId)
  return (
    <CsrfForm context={context} action={paths.operatorCard(order.id)} class="inline">
      <Hidden order={order} paymentId={paymentId} action={action} />
      <label class="visually-hidden" for={field}>
        {label}, in {order.expected.currency}
      </label>
      <AmountInput id={field} amount={plainAmount(amount)} fault={fault} size={10} />
      <button class="button primary" type="submit">
        {label}
      </button>
    </CsrfForm>
  )
}

function Hidden({ order, paymentId, action }: CardForm) {
  return (
    <>
      <input type="hidden" name="action" value={action} />
      <input type="hidden" name="payment" value={paymentId} />
      <input type="hidden" name="version" value={order.version} />
    </>
  )
}
