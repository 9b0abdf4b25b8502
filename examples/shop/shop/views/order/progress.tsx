/** The three steps of a successful payment, with the current one marked. */
import type { OrderStatus } from 'express-payment-webhooks/orders'
import type { OrderView } from '../props.js'

const STEPS = ['Pay', 'Seen', 'Paid'] as const

/** The number of finished steps. A status that is not listed is no part of a successful payment. */
const STEPS_DONE: Readonly<Partial<Record<OrderStatus, number>>> = {
  awaiting_payment: 0,
  payment_insufficient: 0,
  payment_authorized: 2,
  payment_detected: 2,
  confirmed: 3,
}

export function Progress({ order: { status, payment } }: { readonly order: OrderView }) {
  const done = STEPS_DONE[status]
  // A buyer who can no longer pay needs no next step.
  if (done === undefined || (done === 0 && payment === null)) return null
  return (
    <ol class="steps" aria-label="Steps of the payment">
      {STEPS.map((name, index) => (
        <li key={name} class={index < done ? 'done' : undefined} aria-current={index === done ? 'step' : undefined}>
          {name}
          {index < done && <span class="visually-hidden">, done</span>}
        </li>
      ))}
    </ol>
  )
}
