/** Queues callbacks as the settings of their payment require. Runs inside the caller's transaction. */
import type { Payment } from '../payment.js'
import type { Callback } from '../providers/provider.js'
import { providerOf } from '../providers/registry.js'
import type { Delivery, DeliveryTable } from '../storage/deliveries.js'
import type { DeliverySettings } from './settings.js'

export interface Queue {
  enqueue(payment: Payment, callbacks: readonly Callback[], settings: DeliverySettings, now: number): void
  /** Sent once and at once, independently of everything else. */
  enqueueForged(payment: Payment, callback: Callback, now: number): void
  /** Sends the same body again. */
  repeat(delivery: Delivery, now: number): void
  /** Releases callbacks that were held back for another one that will not come any more. */
  releaseHeld(payment: Payment): void
}

export function deliveryQueue(deliveries: DeliveryTable): Queue {
  const held = (payment: Payment) => deliveries.ofPayment(payment).filter(({ state }) => state === 'held')

  /** The newest callback that is about to be sent. A callback that is late on purpose does not hold others up. */
  function predecessor(payment: Payment, now: number): number | null {
    const waits = ({ state, attempts, nextAttemptAt }: Delivery) =>
      state === 'waiting' && attempts === 0 && nextAttemptAt! <= now
    return deliveries.ofPayment(payment).findLast((delivery) => !delivery.forged && waits(delivery))?.id ?? null
  }

  function add(payment: Payment, callback: Callback, settings: DeliverySettings, now: number): void {
    const overtaken = settings.outOfOrder ? held(payment) : []
    const state = settings.outOfOrder && overtaken.length === 0 ? 'held' : 'waiting'
    let last = 0
    for (let copy = 0; copy < settings.copies; copy++) {
      last = deliveries.add({
        ...addressed(payment, callback),
        forged: false,
        state,
        follows: settings.parallel ? null : predecessor(payment, now),
        nextAttemptAt: now + settings.delaySeconds * 1000,
      })
    }
    for (const delivery of overtaken) deliveries.release(delivery, last)
  }

  return {
    enqueue(payment, callbacks, settings, now) {
      for (const callback of callbacks) add(payment, callback, settings, now)
    },
    enqueueForged(payment, callback, now) {
      const { event, ...rest } = addressed(payment, callback)
      const name = `forged ${event}`
      deliveries.add({ ...rest, event: name, forged: true, state: 'waiting', follows: null, nextAttemptAt: now })
    },
    repeat({ provider, paymentId, event, body, forged }, now) {
      deliveries.add({ provider, paymentId, event, body, forged, state: 'waiting', follows: null, nextAttemptAt: now })
    },
    releaseHeld(payment) {
      for (const delivery of held(payment)) deliveries.release(delivery, null)
    },
  }
}

/** The body is written once, so that every copy and every attempt has the same bytes. */
function addressed(payment: Payment, { event, payload }: Callback) {
  const { provider, id } = payment
  return { provider, paymentId: id, event, body: JSON.stringify(payload, null, providerOf(payment).indent ?? 0) }
}
