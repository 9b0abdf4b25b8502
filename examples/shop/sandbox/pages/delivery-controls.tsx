/** Controls for sending one payment's callbacks: everything that a network or a provider may do to a shop. */
import type { PaymentView } from '../view.js'
import { valueOf, type Problem } from './parts.js'

interface DeliveryControlsProps {
  readonly payment: PaymentView
  readonly to: string
  readonly problem: Problem | null
}

export function DeliveryControls({ payment, to, problem }: DeliveryControlsProps) {
  const { delivery } = payment
  return (
    <section class="card" aria-labelledby="delivery">
      <h2 id="delivery">Delivery of callbacks</h2>
      <form method="post" action={`${to}/delivery`} class="settings">
        <label>
          Send each
          <input name="copies" type="number" min="1" max="10" {...valueOf('copies', delivery.copies, problem)} />
          <span>time(s)</span>
        </label>
        <label>
          Send it late, by
          <input
            name="delaySeconds"
            type="number"
            min="0"
            max="86400"
            {...valueOf('delaySeconds', delivery.delaySeconds, problem)}
          />
          <span>seconds</span>
        </label>
        <Tick name="parallel" on={delivery.parallel} label="In parallel" hint="no callback waits for the one before" />
        <Tick name="outOfOrder" on={delivery.outOfOrder} label="Out of order" hint="the next one overtakes it" />
        <Tick name="stopped" on={delivery.stopped} label="Stop delivering" hint="until this is unticked" />
        <button>Apply to what comes next</button>
      </form>
      <p class="hint">Copies are all answered alike; the log says which of them was handled.</p>
    </section>
  )
}

function Tick(props: { readonly name: string; readonly on: boolean; readonly label: string; readonly hint: string }) {
  return (
    <label class="tick">
      <input type="checkbox" name={props.name} checked={props.on} />
      <span>
        {props.label} <small>{props.hint}</small>
      </span>
    </label>
  )
}
