/** A platform behind one tenant door: a real server, merchants with a secret each, and a record of everything that arrived. */
import express, { type Express } from 'express'
import type {
  ErrorDetails,
  HandlerContext,
  OutcomeReport,
  PaymentWebhookError,
  Provider,
  Store,
  WebhookEvent,
} from 'express-payment-webhooks'
import { memoryStore } from 'express-payment-webhooks'
import { tenantWebhook, type TenantWebhook, type TenantWebhookOptions } from 'express-payment-webhooks/tenants'
import { bodyOf, hmacProvider, signatureOf } from './hmac-provider.js'
import { rawRequest, requestBytes, type RawAnswer } from './raw-request.js'
import { startServer } from './start-server.js'

export interface TenantShopOptions extends Partial<Omit<TenantWebhookOptions<WebhookEvent, unknown>, 'on' | 'store'>> {
  readonly store?: Store<unknown>
  /** Secrets by merchant; changes count from the next look-up on. */
  readonly secrets?: Map<string, string>
  readonly handler?: (event: WebhookEvent, context: HandlerContext<unknown>) => unknown
  /** @default Express 5 */
  readonly app?: Express
  readonly mount?: (app: Express, webhook: TenantWebhook) => void
}

export interface TenantShop {
  readonly webhook: TenantWebhook
  readonly port: number
  /** Every event with a resolved handler, and its merchant. */
  readonly handled: { readonly account: string; readonly id: string; readonly attempt: number }[]
  readonly errors: { readonly error: PaymentWebhookError; readonly details: ErrorDetails }[]
  readonly outcomes: OutcomeReport[]
  /** Names that the platform was asked for, in order. */
  readonly lookUps: string[]
  /** Posts a body to a merchant's address, signed with a secret. */
  deliver(merchant: string, options?: { readonly body?: string; readonly secret?: string }): Promise<RawAnswer>
  request(line: string, options?: { readonly body?: string; readonly headers?: readonly string[] }): Promise<RawAnswer>
  close(): Promise<void>
}

export const secretOf = (merchant: string) => `${merchant}-k7Jw2nVq9TzR4mXc8LpB3sYd`.slice(0, 40)

export const secretsOf = (...merchants: string[]) => new Map(merchants.map((name) => [name, secretOf(name)]))

export async function openTenantShop(options: TenantShopOptions = {}): Promise<TenantShop> {
  const { secrets = secretsOf('acme', 'bolt'), store = memoryStore(), handler, app = express() } = options
  const { mount = (to, door) => void to.use('/hooks/:merchant', door) } = options
  const handled: TenantShop['handled'] = []
  const errors: TenantShop['errors'] = []
  const outcomes: OutcomeReport[] = []
  const lookUps: string[] = []
  const handle = async (event: WebhookEvent, context: HandlerContext<unknown>) => {
    await handler?.(event, context)
    handled.push({ account: context.account, id: event.id, attempt: context.attempt })
  }
  const find = (tenant: string): Provider | null => {
    const secret = secrets.get(tenant)
    return secret === undefined ? null : hmacProvider({ secret })
  }
  const { provider = find, secrets: _s, handler: _h, app: _a, mount: _m, ...rest } = options
  const webhook = tenantWebhook<WebhookEvent, unknown>({
    tenant: (req) => req.params['merchant'],
    onError: (error, details) => void errors.push({ error, details }),
    onOutcome: (report) => void outcomes.push(report),
    ...rest,
    provider: (tenant) => {
      lookUps.push(tenant)
      return provider(tenant)
    },
    store,
    on: { 'payment.confirmed': handle, 'payment.failed': handle },
  })
  mount(app, webhook)
  const { port, close } = await startServer(app)
  const request: TenantShop['request'] = (line, { body = '', headers = [] } = {}) =>
    rawRequest(port, requestBytes({ line: `${line} HTTP/1.1`, headers, body }))
  return {
    webhook,
    port,
    handled,
    errors,
    outcomes,
    lookUps,
    request,
    deliver: (merchant, { body = bodyOf(), secret = secrets.get(merchant) ?? secretOf(merchant) } = {}) =>
      request(`POST /hooks/${merchant}`, { body, headers: [`X-Signature: ${signatureOf(body, secret)}`] }),
    async close() {
      await webhook.close()
      await close()
    },
  }
}
