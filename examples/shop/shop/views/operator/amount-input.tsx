/** An amount that staff enter. A rejected amount stays in the field, with the reason. */
import { FIELD_AT_FAULT } from '../parts/notice.js'
import type { CardAction, FieldAtFault, OrderChange } from './props.js'

interface AmountInputProps {
  readonly id: string
  /** The field's initial value. */
  readonly amount: string
  readonly fault: FieldAtFault | null
  readonly size?: number
}

export function AmountInput({ id, amount, fault, size }: AmountInputProps) {
  const entered = fault?.field === id ? fault.entered : null
  return (
    <input
      id={id}
      name="amount"
      inputMode="decimal"
      required
      size={size}
      value={entered ?? amount}
      {...(entered !== null && FIELD_AT_FAULT)}
    />
  )
}

export function amountField(change: OrderChange): string {
  return `amount-${change}`
}

export function cardField(action: CardAction, paymentId: string): string {
  return `${action}-${paymentId}`
}
