/** A shop behind one webhook: a real server, a real store, and a record of everything that came through. */
import type { ServerOptions } from 'node:http'
import {
  paymentWebhook,
  type ErrorDetails,
  type OutcomeReport,
  type PaymentWebhookError,
  type Provider,
  type WebhookEvent,
  type WebhookOptions,
} from 'express-payment-webhooks'
import express from 'express'
import { bodyOf, hmacProvider, signatureOf } from './hmac-provider.js'
import { HOOK, rawRequest, requestBytes, type RawAnswer } from './raw-request.js'
import { recordingStore, type RecordingStore } from './recording-store.js'
import { startServer } from './start-server.js'

/** What both Express 4 and Express 5 are to a shop. */
export type ExpressModule = () => express.Express

export interface ShopOptions extends Partial<Omit<WebhookOptions<WebhookEvent>, 'store' | 'on'>> {
  readonly express?: ExpressModule
  readonly provider?: Provider
  readonly store?: RecordingStore
  readonly path?: string
  /** Every event, before it counts as handled. */
  readonly handler?: (event: WebhookEvent) => void | Promise<void>
  /** What the shop mounts before the webhook. */
  readonly before?: (app: express.Express) => void
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
  const { express: create = express, provider = hmacProvider(), store = recordingStore(), path = HOOK } = options
  const {
    handler,
    before,
    server,
    logsErrors,
    express: _,
    provider: _provider,
    store: _store,
    path: _path,
    ...webhookOptions
  } = options
  const handled: WebhookEvent[] = []
  const errors: Shop['errors'] = []
  const outcomes: OutcomeReport[] = []
  const handle = async (event: WebhookEvent) => {
    await handler?.(event)
    handled.push(event)
  }
  const app = create()
  before?.(app)
  app.use(
    path,
    paymentWebhook(provider, {
      ...(logsErrors !== true && { onError: (error, details) => void errors.push({ error, details }) }),
      onOutcome: (report) => void outcomes.push(report),
      ...webhookOptions,
      store,
      on: Object.fromEntries(provider.types.map((type) => [type, handle])),
    }),
  )
  const { port, close } = await startServer(app, server)
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
