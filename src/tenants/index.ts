/** express-payment-webhooks/tenants: one route for many accounts, each with a secret of its own. */
export { tenantWebhook, type TenantsHealth, type TenantWebhook } from './tenant-webhook.js'
export type { TenantWebhookOptions } from './options.js'
