/** The shop's own changes of an order: one form each, closed until it is needed. */
import { plainAmount } from '../format.js'
import { CsrfForm } from '../parts/csrf-form.js'
import { paths } from '../paths.js'
import type { OrderView, PageContext } from '../props.js'
import { amountField, AmountInput } from './amount-input.js'
import type { FieldAtFault, OrderChange } from './props.js'

interface ChangeText {
  readonly title: string
  readonly explanation: string
  readonly button: string
  /** The amount's label and initial value; null for a change without an amount. */
  readonly amount: { readonly label: string; readonly from: (order: OrderView) => string } | null
}

const TEXTS: Readonly<Record<OrderChange, ChangeText>> = {
  cancel: {
    title: 'Cancel it',
    explanation: 'Money that comes after that goes to review.',
    button: 'Cancel the order',
    amount: null,
  },
  paid: {
    title: 'It was paid otherwise',
    explanation: 'In cash, or by a transfer that no provider tells of.',
    button: 'Mark as paid',
    amount: { label: 'Amount', from: ({ shortfall }) => shortfall },
  },
  reprice: {
    title: 'Change the price',
    explanation: 'What has come counts towards the new one.',
    button: 'Change the price',
    amount: { label: 'New price', from: ({ expected }) => expected.amount },
  },
  reopen: {
    title: 'Open it again',
    explanation: 'The buyer gets as much time as for a new order.',
    button: 'Open it again',
    amount: null,
  },
}

interface OrderChangesProps {
  readonly context: PageContext
  readonly order: OrderView
  readonly changes: readonly OrderChange[]
  readonly fault: FieldAtFault | null
}

export function OrderChanges({ context, order, changes, fault }: OrderChangesProps) {
  if (changes.length === 0) return null
  return (
    <section class="card" aria-labelledby="changes">
      <h2 id="changes">Change the order</h2>
      {changes.map((change) => (
        <details key={change} open={fault?.field === amountField(change)}>
          <summary>{TEXTS[change].title}</summary>
          <ChangeForm context={context} order={order} change={change} fault={fault} />
        </details>
      ))}
    </section>
  )
}

function ChangeForm(props: Omit<OrderChangesProps, 'changes'> & { readonly change: OrderChange }) {
  const { context, order, change, fault } = props
  const { explanation, button, amount } = TEXTS[change]
  return (
    <CsrfForm context={context} action={paths.operatorChange(order.id)} class="form">
      <input type="hidden" name="change" value={change} />
      <input type="hidden" name="version" value={order.version} />
      <p class="hint">{explanation}</p>
      {amount !== null && (
        <div class="field">
          <label for={amountField(change)}>
            {amount.label} in {order.expected.currency}
          </label>
          <AmountInput id={amountField(change)} amount={plainAmount(amount.from(order))} fault={fault} />
        </div>
      )}
      <div class="field">
        <label for={`note-${change}`}>Why (for the record)</label>
        <input id={`note-${change}`} name="note" maxLength={500} />
      </div>
      <button class="button" type="submit">
        {button}
      </button>
    </CsrfForm>
  )
}
