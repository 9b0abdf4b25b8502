/** What the shop asks of every provider: one payment, and how the buyer pays it. */
import type { OpenedPayment } from 'express-payment-webhooks/orders'
import type { Money } from 'express-payment-webhooks'
import type { PaymentInstructions } from '../views/props.js'

export interface PaymentRequest {
  /** What the provider is told to call this payment; every payment of an order has its own. */
  readonly reference: string
  readonly amount: Money
  readonly email: string
  readonly expiresAt: Date
}

export interface Opening {
  /** What the provider may call this payment. */
  readonly paymentIds: readonly OpenedPayment['paymentId'][]
  readonly instructions: PaymentInstructions
  /** What the payment is read back with, where the provider wants that. */
  readonly token: string | null
}

export interface PaymentClient {
  /** The chain, for a payment in coins. */
  readonly network: string | null
  /** @throws ProviderError when there is no payment */
  open(request: PaymentRequest): Promise<Opening>
}
