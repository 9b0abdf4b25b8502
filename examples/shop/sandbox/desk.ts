/** Every operation on a payment. Buttons and calls both come here: one change, one transaction. */
import type { Dispatcher } from './delivery/dispatcher.js'
import type { Queue } from './delivery/queue.js'
import type { DeliverySettings } from './delivery/settings.js'
import type { Payment, ProviderName } from './payment.js'
import type { Action, Step } from './providers/provider.js'
import { providerOf } from './providers/registry.js'
import { Refusal } from './refusal.js'
import { transaction, type Db } from './storage/database.js'
import type { DeliveryTable } from './storage/deliveries.js'
import type { PaymentTable, StoredPayment } from './storage/payments.js'
import { callbackOf, timeOf, troublesOf, type Trouble } from './troubles.js'

export interface Desk {
  /** A merchant's call: a new payment and the callbacks about it. */
  open(step: Step | (() => Step)): Payment
  act(provider: ProviderName, id: string, input: { action: Action; amount?: string; coin?: string }): Payment
  setDelivery(provider: ProviderName, id: string, settings: DeliverySettings): Payment
  /** Sends a callback that the shop cannot handle in the normal way. */
  trouble(provider: ProviderName, id: string, trouble: Trouble): Payment
  resend(deliveryId: number): Payment
  /** Expires every payment whose time is over. Returns the time at which the next one expires. */
  expireDue(): number | null
}

export function createDesk(options: {
  readonly db: Db
  readonly payments: PaymentTable
  readonly deliveries: DeliveryTable
  readonly queue: Queue
  readonly dispatcher: Dispatcher
  readonly isSigned: (payment: Payment) => boolean
  /** How long a payment may take if no time was set for it. */
  readonly lifetimeMs: () => number
  /** Called after every change: a new payment may be the next to expire. */
  readonly onChange: () => void
}): Desk {
  const { db, payments, deliveries, queue, dispatcher, isSigned, lifetimeMs, onChange } = options

  function change(work: () => Payment): Payment {
    const payment = transaction(db, work)
    dispatcher.wake()
    onChange()
    return payment
  }

  function take({ payment, delivery }: StoredPayment, action: Action, amount: string | null, coin: string | null) {
    const now = Date.now()
    const step = providerOf(payment).act(payment, { action, amount, coin, now })
    payments.save(step.payment)
    queue.enqueue(step.payment, step.callbacks, delivery, now)
    return step.payment
  }

  function find(provider: ProviderName, id: string): StoredPayment {
    const found = payments.find(provider, id)
    if (found === null) throw new Refusal(404, 'there is no such payment')
    return found
  }

  return {
    open: (step) =>
      change(() => {
        const { payment, callbacks } = typeof step === 'function' ? step() : step
        payments.add(payment)
        queue.enqueue(payment, callbacks, find(payment.provider, payment.id).delivery, payment.createdAt)
        return payment
      }),

    act: (provider, id, { action, amount, coin }) =>
      change(() => {
        const stored = find(provider, id)
        const { payment } = stored
        if (!providerOf(payment).actions(payment).includes(action)) {
          throw new Refusal(409, `"${action}" is not possible while the payment is ${payment.status}`)
        }
        return take(stored, action, amount ?? null, coin ?? null)
      }),

    setDelivery: (provider, id, settings) =>
      change(() => {
        const { payment } = find(provider, id)
        payments.configure(payment, settings)
        if (!settings.outOfOrder) queue.releaseHeld(payment)
        return payment
      }),

    trouble: (provider, id, trouble) =>
      change(() => {
        const { payment, delivery } = find(provider, id)
        const situation = { payment, deliveries: deliveries.ofPayment(payment), isSigned: isSigned(payment) }
        if (!troublesOf(situation).includes(trouble)) {
          throw new Refusal(409, `"${trouble}" is not possible while the payment is ${payment.status}`)
        }
        const now = Date.now()
        const at = timeOf(trouble, payment, now, lifetimeMs())
        const callback = callbackOf(trouble, situation, at)
        if (trouble === 'forged') queue.enqueueForged(payment, callback, now)
        else queue.enqueue(payment, [callback], delivery, at)
        return payment
      }),

    resend: (deliveryId) =>
      change(() => {
        const delivery = deliveries.find(deliveryId)
        if (delivery === null) throw new Refusal(404, 'there is no such delivery')
        queue.repeat(delivery, Date.now())
        return find(delivery.provider, delivery.paymentId).payment
      }),

    expireDue() {
      transaction(db, () => {
        for (const stored of payments.expiringBy(Date.now())) take(stored, 'expire', null, null)
      })
      dispatcher.wake()
      return payments.nextExpiry()
    },
  }
}
