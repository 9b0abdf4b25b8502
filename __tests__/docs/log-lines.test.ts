/** The lines that docs/operations.md shows and lists, compared with the log of shops without `onError`. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import Database from 'libsql'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import request from 'supertest'
import {
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  UnknownOrder,
  type PaymentWebhook,
  type Provider,
  type Store,
} from 'express-payment-webhooks'
import { orderUpdates } from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { sample } from 'express-payment-webhooks/testing'
import { clock, setClock } from '../../src/lib/clock.js'
import { root } from './snippets.js'

type Line = Readonly<Record<string, unknown>>

const lines: Line[] = []
beforeEach(() => {
  lines.length = 0
  jest.spyOn(console, 'error').mockImplementation((line) => void lines.push(JSON.parse(String(line)) as Line))
  // The log limits lines per minute, over all tests of this file: each test runs in minutes of its own.
  minutes += 10
})
/** The webhooks of the current test. One left open would run its kept events again and log lines about them. */
const open: PaymentWebhook[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((webhook) => webhook.close()))
  jest.restoreAllMocks()
})
let minutes = 0
const system = clock
setClock({ ...system, monotonic: () => system.monotonic() + minutes * 60_000 })

const OURS = '4f1d9a7c2b6e80354f1d9a7c2b6e8035'
const THEIRS = '7b6e80354f1d9a7c2b6e80354f1d9a7c'
const paid = sample('crypto-gateway', 'transaction.confirmed')

interface Shop {
  readonly provider?: Provider
  readonly handle?: () => unknown
  readonly store?: Store
  readonly rest?: { readonly mode?: 'observe'; readonly timeoutMs?: number }
}

function shop({
  provider = cryptoGateway({ secret: OURS }),
  handle = () => {},
  store = memoryStore(),
  rest,
}: Shop = {}) {
  const webhook = paymentWebhook(provider, { ...rest, store, on: {}, onUnhandled: handle })
  open.push(webhook)
  const app = express().use('/hook', webhook)
  /** Delivers a payload signed with the sender's secret; answers the last logged line. */
  return async (payload: unknown = paid, sender: Provider = provider, id = 'req-1'): Promise<Line> => {
    const { headers, body } = sender.sign(payload)
    await request(app)
      .post('/hook')
      .set({ ...headers, 'x-request-id': id })
      .send(String(body))
    await new Promise((resolve) => setImmediate(resolve))
    return lines.at(-1)!
  }
}

const durable = () => sqliteStore(new Database(':memory:'), { allowVolatile: true })

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8')
  .split(/^## Logs$/m)[1]!
  .split(/^## /m)[0]!
const shown = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map((match) => JSON.parse(match[1]!) as Line)
const [fieldRows, lineRows] = page
  .split('\n\n')
  .filter((part) => part.startsWith('| '))
  .map((table) =>
    table
      .split('\n')
      .slice(2)
      .map((row) => row.split('|').map((cell) => cell.trim())),
  )
const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)

/** A stack depends on the machine: the page shows its first line. */
const withoutPlaces = ({ cause, ...line }: Line): Line =>
  cause === undefined ? line : { ...line, cause: String(cause).split('\n')[0] }

describe('a line that the page shows is what a shop writes of', () => {
  test('a delivery by another token', async () => {
    const deliver = shop({ provider: coinsPh({ token: OURS }) })
    const line = await deliver(sample('coins-ph', 'payment.confirmed'), coinsPh({ token: THEIRS }), 'req-7f3a')
    expect(JSON.stringify(line)).toBe(JSON.stringify(shown[0]))
  })

  test('a refund whose order is not found', async () => {
    const provider = stripe({ secret: OURS })
    const on = orderUpdates({ find: () => null, save: () => true })
    const app = express().use('/hook', paymentWebhook(provider, { store: memoryStore(), on }))
    const { headers, body } = provider.sign(sample('stripe', 'refund.confirmed'))
    const sending = request(app)
      .post('/hook')
      .set({ ...headers, 'x-request-id': 'req-7f3b' })
    expect((await sending.send(String(body))).status).toBe(503)
    expect(JSON.stringify(withoutPlaces(lines[0]!))).toBe(JSON.stringify(shown[1]))
  })
})

const fails = () => Promise.reject(new Error('no such table: orders'))

/** Each row of the table of lines, by fault: once for each of its outcomes. */
const SCENES: Readonly<Record<string, () => Promise<Line[]>>> = {
  'signed with another secret': async () => [await shop()(paid, cryptoGateway({ secret: THEIRS }))],
  'signed with a secret that was replaced': async () => {
    const provider = cryptoGateway({ secret: OURS, retired: THEIRS })
    return [await shop({ provider })(paid, cryptoGateway({ secret: THEIRS }))]
  },
  'authentic, but not an event of the provider': async () => [
    await shop()({ event: 'transaction.confirmed' }),
    await shop({ store: durable() })({ event: 'transaction.confirmed' }),
  ],
  'a handler found no order': async () => [
    await shop({ handle: () => Promise.reject(new UnknownOrder('no such order')) })(),
  ],
  'a handler threw': async () => [await shop({ handle: fails })()],
  'a handler threw for the fifth time, or later, and the event is kept': async () => {
    const deliver = shop({ handle: fails, store: durable() })
    for (let run = 1; run < 5; run++) expect(await deliver()).toMatchObject({ outcome: 'failed' })
    return [await deliver()]
  },
  'the event was delivered before with other content': async () => {
    const seen: Line[] = []
    for (const store of [memoryStore(), durable()]) {
      const deliver = shop({ store })
      await deliver()
      seen.push(await deliver({ ...paid, data: { ...paid.data, amount: '7' } }))
    }
    return seen
  },
  'the handler took longer than the sender waits': async () => {
    const handle = () => new Promise((resolve) => setTimeout(resolve, 300))
    return [await shop({ handle, rest: { timeoutMs: 100 } })()]
  },
  'the store was unreachable': async () => [
    await shop({ store: { ...memoryStore(), claim: () => Promise.reject(new Error('connection refused')) } })(),
  ],
  'in mode `observe`: authentic, but not an event of the provider': async () => [
    await shop({ rest: { mode: 'observe' } })({ event: 'transaction.confirmed' }),
  ],
}

const ofAll = fieldRows!.filter(([, , when]) => when === 'all').flatMap(([, names]) => namesIn(names))

describe('the table of lines', () => {
  test('has a row for everything that is tried out here', () => {
    expect(lineRows!.map(([, what]) => what)).toEqual(Object.keys(SCENES))
  })

  test.each(lineRows!)('%s%s is %s, %s, with %s', async (_, what = '', outcomes, code, beside) => {
    const written = await SCENES[what]!()
    expect(written.map(({ outcome }) => outcome)).toEqual(namesIn(outcomes))
    for (const line of written) {
      expect([line.code]).toEqual(namesIn(code))
      expect(Object.keys(line).sort()).toEqual([...ofAll, ...namesIn(beside)].sort())
    }
  })
})

test('the table of fields has every field of every line, and no other', async () => {
  const provider = { ...cryptoGateway({ secret: OURS }), account: 'eu' }
  const deliver = shop({ provider, handle: fails })
  for (let time = 0; time < 11; time++) await deliver()
  minutes += 2
  await deliver()
  await shop({ provider: cryptoGateway({ secret: OURS, retired: THEIRS }) })(paid, cryptoGateway({ secret: THEIRS }))
  const written = new Set(lines.flatMap((line) => Object.keys(line)))
  expect(fieldRows!.flatMap(([, names]) => namesIn(names)).sort()).toEqual([...written].sort())
  expect(lines.filter(({ suppressed }) => suppressed === 1)).toHaveLength(1)
})
