/** A shop behind one webhook: a real server, a real store, and a record of everything that arrived. */
import type { ServerOptions } from 'node:http'
import type { Express } from 'express'
import type {
  ErrorDetails,
  HandlerContext,
  OutcomeReport,
  PaymentWebhookError,
  Provider,
  WebhookEvent,
  WebhookOptions,
} from 'express-payment-webhooks'
import { expressDoor, type Door } from './doors.js'
import { bodyOf, hmacProvider, signatureOf } from './hmac-provider.js'
import { HOOK, rawRequest, requestBytes, type RawAnswer } from './raw-request.js'
import { recordingStore, type RecordingStore } from './recording-store.js'
import { startServer } from './start-server.js'

export interface ShopOptions extends Partial<Omit<WebhookOptions<WebhookEvent>, 'store' | 'on'>> {
  /** @default paymentWebhook in Express 5 */
  readonly door?: Door
  readonly provider?: Provider
  readonly store?: RecordingStore
  readonly path?: string
  /** Gets every event before it counts as handled. */
  readonly handler?: (event: WebhookEvent, context: HandlerContext) => void | Promise<void>
  /** Middleware of an Express shop before the webhook is mounted. */
  readonly before?: (app: Express) => void
  readonly server?: ServerOptions
  /** True leaves errors to the default log. */
  readonly logsErrors?: boolean
}

export interface Shop {
  readonly port: number
  readonly store: RecordingStore
  readonly handled: WebhookEvent[]
  readonly errors: { readonly error: PaymentWebhookError; readonly details: ErrorDetails }[]
  readonly outcomes: OutcomeReport[]
  /** Posts a body to the hook with the given header lines. */
  post(body: Buffer | string, ...headers: string[]): Promise<RawAnswer>
  /** Posts a body with its right signature. */
  deliver(body?: Buffer | string, ...headers: string[]): Promise<RawAnswer>
  close(): Promise<void>
}

export async function openShop(options: ShopOptions = {}): Promise<Shop> {
  const { door = expressDoor, provider = hmacProvider(), store = recordingStore(), path = HOOK } = options
  const {
    handler,
    before = () => {},
    server,
    logsErrors,
    door: _,
    provider: _provider,
    store: _store,
    path: _path,
    ...webhookOptions
  } = options
  const handled: WebhookEvent[] = []
  const errors: Shop['errors'] = []
  const outcomes: OutcomeReport[] = []
  const handle = async (event: WebhookEvent, context: HandlerContext) => {
    await handler?.(event, context)
    handled.push(event)
  }
  const listener = door({
    path,
    provider,
    before,
    options: {
      ...(logsErrors !== true && { onError: (error, details) => void errors.push({ error, details }) }),
      onOutcome: (report) => void outcomes.push(report),
      ...webhookOptions,
      store,
      on: Object.fromEntries(provider.types.map((type) => [type, handle])),
    },
  })
  const { port, close } = await startServer(listener, server)
  const line = `POST ${path} HTTP/1.1`
  const post = (body: Buffer | string, ...headers: string[]) => rawRequest(port, requestBytes({ line, headers, body }))
  return {
    port,
    store,
    handled,
    errors,
    outcomes,
    post,
    deliver: (body = bodyOf(), ...headers) => post(body, `X-Signature: ${signatureOf(body)}`, ...headers),
    close,
  }
}
