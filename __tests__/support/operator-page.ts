/** An operator page over a socket, on a store with a record of every kind, and a shop that runs replays. */
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import express4 from 'express4'
import Database from 'libsql'
import { paymentWebhook, type DurableStore } from 'express-payment-webhooks'
import { operatorPage, type OperatorPageOptions, type OperatorRequest } from 'express-payment-webhooks/operator'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { hmacProvider } from './hmac-provider.js'

type PageOptions = Omit<OperatorPageOptions, 'store' | 'stores'> & Partial<Pick<OperatorPageOptions, 'stores'>>

/** How a shop mounts it: the listener, and the path of the page for a browser. */
type Host = (options: OperatorPageOptions) => { readonly listener: RequestListener; readonly path: string }

const mounted =
  (create: () => express.Express, before: (app: express.Express) => void = () => {}): Host =>
  (options) => {
    const app = create()
    before(app)
    app.use('/operator/payments', operatorPage(options))
    app.use((_req, res) => void res.status(404).send('the application'))
    return { listener: app, path: '/operator/payments' }
  }

export const HOSTS: readonly [string, Host][] = [
  ['Express 5', mounted(express)],
  ['Express 4', mounted(express4)],
  [
    'Express 5 behind body parsers',
    mounted(express, (app) => app.use(express.urlencoded({ extended: true }), express.text())),
  ],
  ['Express 4 behind body parsers', mounted(express4, (app) => app.use(express4.urlencoded({ extended: false })))],
  ['node:http at its root', (options) => ({ listener: operatorPage(options), path: '' })],
  [
    'node:http below a path',
    (options) => ({ listener: operatorPage({ ...options, basePath: '/staff/' }), path: '/staff' }),
  ],
]

export async function openOperatorPage(options: PageOptions, host: Host = HOSTS[0]![1]) {
  const db = new Database(':memory:')
  const store = sqliteStore(db, { allowVolatile: true })
  await store.init()
  const { listener, path } = host({ ...(options.stores === undefined && { store }), ...options })
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    store,
    path,
    origin: `http://127.0.0.1:${port}`,
    browser: () => openBrowser(port, path),
    async close() {
      server.closeAllConnections()
      server.close()
      await store.close()
      db.close()
    },
  }
}

/** A shop whose handler fails until the test tells it otherwise. */
export function openFailingShop(store: DurableStore) {
  const shop = { isFixed: false, handled: 0 }
  const webhook = paymentWebhook(hmacProvider(), {
    store,
    on: {
      'payment.confirmed'() {
        if (!shop.isFixed) throw new Error('the order is not stored')
        shop.handled++
      },
    },
    onError: () => {},
  })
  return Object.assign(shop, { webhook })
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Keeps cookies, and names the origin of each request, as browsers do. */
function openBrowser(port: number, path: string) {
  const cookies = new Map<string, string>()
  const origin = `http://127.0.0.1:${port}`

  const ask = async (method: string, url: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const sent = {
      ...(cookie !== '' && { cookie }),
      ...(body !== '' && { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    }
    const req = httpRequest({ host: '127.0.0.1', port, method, path: url, headers: sent, agent: false })
    req.end(body)
    const [res] = (await once(req, 'response')) as [
      NodeJS.ReadableStream & { statusCode: number; headers: IncomingHttpHeaders },
    ]
    const chunks: Buffer[] = []
    for await (const chunk of res) chunks.push(chunk as Buffer)
    for (const one of res.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(one)!
      cookies.set(name!, value!)
    }
    return { status: res.statusCode, headers: res.headers, text: Buffer.concat(chunks).toString() }
  }

  const get = (view: string, headers?: Record<string, string>) => ask('GET', `${path}${view}`, headers)
  const post = (
    view: string,
    fields: Readonly<Record<string, string>>,
    { 'content-type': type = 'application/x-www-form-urlencoded', ...headers }: Record<string, string> = { origin },
  ) => ask('POST', `${path}${view}`, { 'content-type': type, ...headers }, new URLSearchParams(fields).toString())

  return {
    ask,
    get,
    post,
    cookies,
    event: (key: string) => get(`/event?${new URLSearchParams({ key })}`),
    /** The token that this event's page gives to this browser. */
    async token(key: string): Promise<string> {
      const { text } = await get(`/event?${new URLSearchParams({ key })}`)
      return /name="token" value="([^"]*)"/.exec(text)?.[1] ?? ''
    },
    /** The address to which a form sends the browser. */
    async follow({ status, headers }: Answer): Promise<Answer> {
      if (status !== 303) throw new Error(`no redirect, but ${status}`)
      return ask('GET', headers.location!)
    },
  }
}

export const authorizeByHeader = (req: OperatorRequest) => req.headers['x-operator']
