/** The three steps of a payment that goes well, with the one that is under way. */
import type { OrderStatus } from 'express-payment-webhooks/orders'

const STEPS = ['Pay', 'Seen', 'Paid'] as const

/** How many steps are behind; a status that is not here has left the way. */
const STEPS_DONE: Readonly<Partial<Record<OrderStatus, number>>> = {
  awaiting_payment: 0,
  payment_insufficient: 0,
  payment_detected: 2,
  confirmed: 3,
}

export function Progress({ status }: { readonly status: OrderStatus }) {
  const done = STEPS_DONE[status]
  if (done === undefined) return null
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
