/**
 * The shop's tolerance: exact payment, and the provider's judgement on confirmations. A late or doubtful payment waits for the
 * operator. Goods ship as soon as their price is reserved on a card, which is charged at that time.
 */
import type { SettlePolicy } from 'express-payment-webhooks/orders'

export const POLICY: SettlePolicy = { shipOn: 'authorized' }
