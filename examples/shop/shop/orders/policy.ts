/** What the shop tolerates: exact payment, the provider's word for confirmations; what is late or in doubt waits for the operator. */
import type { SettlePolicy } from 'express-payment-webhooks/orders'

export const POLICY: SettlePolicy = {}
