/** Distinct, genuine deliveries of a given size, signed as each receiver requires. */
import { createHmac, randomBytes } from 'node:crypto'

/** Generated for every run, because a benchmark needs no fixed secret. The processes of one run share it. */
export const SECRET = process.env.BENCH_SECRET ?? randomBytes(24).toString('hex')
export const STANDARD_SECRET = Buffer.from(SECRET).toString('base64')

let serial = 0

/** A crypto gateway callback of about `size` bytes; its metadata grows with many short fields, as real ones do. */
export function bodyFactory(size) {
  const data = {
    address_id: 'addr_5b1e9c7d3f20',
    hash: '0x8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516',
    amount: '100.50',
    coin: 'usdt',
    network: 'ethereum',
    confirmations: 12,
    status: 'confirmed',
    created_at: '2025-01-01T12:00:00Z',
    confirmed_at: '2025-01-01T12:15:00Z',
  }
  const metadata = { order_id: 'ORDER_20240605_0042', customer_id: 'cust_8841', currency: 'USD' }
  const text = () => JSON.stringify({ event: 'transaction.confirmed', data: { id: 'ID', ...data, metadata } })
  for (let field = 0; text().length < size; field++) metadata[`field_${field}`] = `value number ${field}`
  const [before, after] = text().split('ID')
  return () => Buffer.from(`${before}tx_${(serial++).toString(36)}${after}`)
}

const gateway = (body) => ({ 'x-gateway-signature': `sha256=${hex(body)}` })

const hex = (...parts) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', SECRET)).digest('hex')

/** GitHub's scheme of signed webhooks, for which two of the receivers are made. */
const github = (body) => ({
  'x-hub-signature-256': `sha256=${hex(body)}`,
  'x-github-event': 'push',
  'x-github-delivery': String(serial),
})

function standardwebhooks(body) {
  const id = `msg_${serial}`
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', SECRET).update(`${id}.${timestamp}.`).update(body).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}

function stripe(body) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  return { 'stripe-signature': `t=${timestamp},v1=${hex(`${timestamp}.`, body)}` }
}

/** For each receiver, the headers that make a body genuine. */
export const SIGN = {
  'bare route': () => ({}),
  'bare route + HMAC': gateway,
  'node:http': () => ({}),
  'node:http + HMAC + parse': gateway,
  'node:http, steps by hand': gateway,
  paymentWebhook: gateway,
  toNodeListener: gateway,
  'toFetchHandler in Hono': gateway,
  'bare route, all by hand': gateway,
  'least by hand': gateway,
  '@octokit/webhooks': github,
  '@octokit/webhooks, rest by hand': github,
  '@hookflo/tern': github,
  '@hookflo/tern, rest by hand': github,
  standardwebhooks,
  'standardwebhooks, rest by hand': standardwebhooks,
  stripe,
  'stripe, rest by hand': stripe,
}
