/** Turns a cart into an order that can be paid. The buyer gets both the order and its payment, or neither. */
import { addPayments, openOrder } from 'express-payment-webhooks/orders'
import type { Carts } from './carts.js'
import type { Catalogue } from './catalogue.js'
import type { ShopConfig } from './config.js'
import { POLICY } from './orders/policy.js'
import { newOrderId, newReference, nextReference } from './orders/order-names.js'
import { canPayAgain } from './orders/order-view.js'
import type { ShopOrder } from './orders/order.js'
import type { Orders } from './orders/orders.js'
import type { PaymentClients } from './payments/payment-clients.js'
import { CURRENCIES } from './payments/providers.js'
import { lineOf, linesIn, totalsOf } from './prices.js'
import type { LineView, ProviderName } from './views/props.js'

export interface CheckoutParts {
  readonly config: ShopConfig
  readonly catalogue: Catalogue
  readonly carts: Carts
  readonly orders: Orders
  readonly clients: PaymentClients
}

export interface Buyer {
  readonly session: string
  readonly provider: ProviderName
  readonly email: string
}

export function createCheckout({ config, catalogue, carts, orders, clients }: CheckoutParts) {
  /** Checkouts in progress by session: two clicks on one button make one order. */
  const underWay = new Map<string, Promise<ShopOrder | null>>()

  async function linesOf(session: string): Promise<readonly LineView[]> {
    const { quantities } = await carts.read(session)
    return linesFrom(quantities)
  }

  function linesFrom(quantities: Readonly<Record<string, number>>): readonly LineView[] {
    return Object.entries(quantities).flatMap(([id, quantity]) => {
      const product = catalogue.find(id)
      return product === undefined ? [] : [lineOf(product, quantity)]
    })
  }

  async function placeOrder({ session, provider, email }: Buyer): Promise<ShopOrder | null> {
    const cart = await carts.read(session)
    const currency = CURRENCIES[provider]
    const lines = linesIn(currency, linesFrom(cart.quantities))
    const expected = totalsOf(lines)[0]
    if (expected === undefined) return null

    const reference = newReference()
    const expiresAt = new Date(Date.now() + config.paymentWindowMs)
    const opening = await clients[provider].open({ reference, amount: expected, email, expiresAt })
    const { paymentIds, instructions } = opening
    const { network } = clients[provider]
    const payments = paymentIds.map((paymentId) => ({ provider, paymentId }))
    const order: ShopOrder = {
      ...{ id: newOrderId(), reference, session, provider, email, lines, instructions },
      payment: openOrder({ orderId: reference, expected, network, payments, expiresAt }),
      placedAt: new Date().toISOString(),
    }
    const placed = await orders.place(order, { ...opening, reference }, carts.taken(session, cart))
    return placed ? order : null
  }

  return {
    linesOf,

    /**
     * Null if the cart is empty, or changed meanwhile.
     *
     * @throws ProviderError when the provider opened no payment; the cart then stays as it is
     */
    place(buyer: Buyer): Promise<ShopOrder | null> {
      const { session } = buyer
      const placing = underWay.get(session) ?? placeOrder(buyer).finally(() => underWay.delete(session))
      underWay.set(session, placing)
      return placing
    },

    /**
     * Opens another payment for the missing amount. False if nothing is due, or another request was faster.
     *
     * @throws ProviderError when the provider opened no payment
     */
    async payAgain(order: ShopOrder): Promise<boolean> {
      const { provider, email, payment } = order
      if (!canPayAgain(order, new Date())) return false
      const amount = { amount: payment.shortfall, currency: payment.expected.currency }
      const expiresAt = new Date(payment.expiresAt ?? Date.now() + config.paymentWindowMs)
      const reference = nextReference(payment)
      const opening = await clients[provider].open({ reference, amount, email, expiresAt })
      const opened = opening.paymentIds.map((paymentId) => ({ provider, paymentId, reference }))
      const changed = {
        ...order,
        payment: addPayments(payment, opened, POLICY),
        instructions: opening.instructions,
      }
      return orders.payAgain(changed, { ...opening, reference }, payment)
    },
  }
}

export type Checkout = ReturnType<typeof createCheckout>
