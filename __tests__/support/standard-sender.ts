/** A sender that signs by Standard Webhooks, with the secret of the vectors and at their time. */
import { standardWebhooks } from 'express-payment-webhooks/providers/standard-webhooks'
import type { Webhook } from 'standardwebhooks'

export const SECRET = 'whsec_kYQm0s7d2vC4xq1ZrT9bLw5nEo8HjUaG'
export const NOW = 1795766402
export const TYPES = ['standard-webhooks.invoice.paid'] as const

export const clock = (seconds = NOW) => ({ now: () => seconds * 1000 })
export const sender = (rest: object = {}) => standardWebhooks({ secret: SECRET, types: TYPES, ...clock(), ...rest })

export const signedBy = (webhook: Webhook, id: string, body: string, seconds = NOW) => ({
  'webhook-id': id,
  'webhook-timestamp': String(seconds),
  'webhook-signature': webhook.sign(id, new Date(seconds * 1000), body),
})
