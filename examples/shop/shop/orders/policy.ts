/**
 * What the shop tolerates: exact payment, and the provider's word for confirmations; what is late or in doubt waits for the
 * operator. Goods leave as soon as their price is reserved on a card, which is charged then.
 */
import type { SettlePolicy } from 'express-payment-webhooks/orders'

export const POLICY: SettlePolicy = { shipOn: 'authorized' }
