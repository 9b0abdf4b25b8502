/** Every HTTP way into the flow, behind one shape: a listener for a node:http server. */
import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import express from 'express'
import express4 from 'express4'
import {
  paymentWebhook,
  toFetchHandler,
  toNodeListener,
  type Provider,
  type WebhookEvent,
  type WebhookOptions,
} from 'express-payment-webhooks'
import { Hono, type Context } from 'hono'

export interface Mount {
  readonly path: string
  readonly provider: Provider
  readonly options: WebhookOptions<WebhookEvent>
  /** Middleware of an Express application before its webhook. */
  readonly before: (app: express.Express) => void
}

export type Door = (mount: Mount) => RequestListener

const router =
  (create: () => express.Express): Door =>
  ({ path, provider, options, before }) => {
    const app = create()
    before(app)
    return app.use(path, paymentWebhook(provider, options))
  }

export const expressDoor = router(express)
const express4Door = router(express4)

export const listenerDoor: Door = ({ path, provider, options, before }) => {
  const app = express()
  before(app)
  return toNodeListener({ [path]: paymentWebhook(provider, options) }, app)
}

export const fetchDoor: Door = ({ path, provider, options }) => {
  const handler = toFetchHandler(provider, {
    ...options,
    clientAddress: (_request, context: Context) => getConnInfo(context).remote.address,
  })
  const app = new Hono().all(path, (context) => handler(context.req.raw, context))
  const listener = getRequestListener(app.fetch)
  return (req, res) => void listener(req, res)
}

/** One Express stands for both: between the versions only the way to the handler differs. */
export const doors: [string, Door][] = [
  ['paymentWebhook', expressDoor],
  ['toNodeListener', listenerDoor],
  ['toFetchHandler in Hono', fetchDoor],
]

/** Doors other than Express, which decides about paths and proxies. */
export const expressDoors: [string, Door][] = [
  ['paymentWebhook on Express 4', express4Door],
  ['paymentWebhook', expressDoor],
  ['toNodeListener', listenerDoor],
]

export const allDoors: [string, Door][] = [['paymentWebhook on Express 4', express4Door], ...doors]
