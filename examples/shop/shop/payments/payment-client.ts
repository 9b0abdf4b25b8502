/** The interface that the shop needs from every provider: open one payment, with instructions for the buyer. */
import type { OpenedPayment } from 'express-payment-webhooks/orders'
import type { Money } from 'express-payment-webhooks'
import type { PaymentInstructions } from '../views/props.js'

export interface PaymentRequest {
  /** The payment's name that the shop gives the provider. Every payment of an order has its own. */
  readonly reference: string
  readonly amount: Money
  readonly email: string
  readonly expiresAt: Date
}

export interface Opening {
  /** The names under which the provider may report this payment. */
  readonly paymentIds: readonly OpenedPayment['paymentId'][]
  readonly instructions: PaymentInstructions
  /** The token with which the payment is read back, if the provider requires one. */
  readonly token: string | null
}

export interface PaymentClient {
  /** The chain, if the payment is in coins. */
  readonly network: string | null
  /** @throws ProviderError when the provider opened no payment */
  open(request: PaymentRequest): Promise<Opening>
}
