/**
 * An option may be an environment variable that is not set: every optional property that a user passes accepts undefined,
 * which is the same as leaving it out. `tsc --init` writes `exactOptionalPropertyTypes`, which refuses any other.
 */
import { afterAll, describe, expect, test } from '@jest/globals'
import Database from 'libsql'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import ts from 'typescript'
import * as main from 'express-payment-webhooks'
import * as orders from 'express-payment-webhooks/orders'
import { adyen } from 'express-payment-webhooks/providers/adyen'
import { binancePay } from 'express-payment-webhooks/providers/binance-pay'
import { bitPay } from 'express-payment-webhooks/providers/bitpay'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { checkoutCom } from 'express-payment-webhooks/providers/checkout-com'
import { coinbaseBusiness } from 'express-payment-webhooks/providers/coinbase-business'
import { coinGate } from 'express-payment-webhooks/providers/coingate'
import { coinPayments } from 'express-payment-webhooks/providers/coinpayments'
import { cryptomus } from 'express-payment-webhooks/providers/cryptomus'
import { mollie, molliePayments } from 'express-payment-webhooks/providers/mollie'
import { openNode } from 'express-payment-webhooks/providers/opennode'
import { payMongo } from 'express-payment-webhooks/providers/paymongo'
import { paypal, paypalEvents } from 'express-payment-webhooks/providers/paypal'
import { paystack } from 'express-payment-webhooks/providers/paystack'
import { polar } from 'express-payment-webhooks/providers/polar'
import { razorpay } from 'express-payment-webhooks/providers/razorpay'
import { square, squareEvents } from 'express-payment-webhooks/providers/square'
import { standardWebhooks } from 'express-payment-webhooks/providers/standard-webhooks'
import { stripe, stripeEvents } from 'express-payment-webhooks/providers/stripe'
import { xendit } from 'express-payment-webhooks/providers/xendit'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { hmacProvider } from './support/hmac-provider.js'
import { optionalNames, programOf, refusingUndefined } from './support/optional-properties.js'

const root = join(__dirname, '..')
const SUBPATHS = ['index.ts', '*/index.ts', 'providers/*/index.ts', 'stores/*.ts', 'queues/*.ts']
const files = ts.sys.readDirectory(join(root, 'src'), ['.ts'], undefined, SUBPATHS)
const program = programOf(files, root)

/** Properties that a user of the package does not write, and two for which a missing variable has to be an error. */
const EXCEPT: Readonly<Record<string, readonly string[]>> = {
  'marks that exist only as types': ['event.ts: ~draft', 'provider.ts: ~event'],
  'methods of database clients': [
    'queues/bullmq.ts: stalledCounter',
    'queues/pg-boss.ts: countStates',
    'queues/pg-boss.ts: policy',
    'stores/internal/postgres-connection.ts: off',
    'stores/internal/postgres-connection.ts: on',
  ],
  'verdicts of an order, which orders/ writes': [
    'authorized',
    'canceled',
    'confirmed',
    'detected',
    'expired',
    'failed',
    'partially_paid',
    'pending',
    'refunded',
  ],
  'a missing variable must not make a webhook unsigned, or end its read-back': [
    'providers/mollie/index.ts: apiKey',
    'providers/mollie/index.ts: secret',
  ],
}

const withoutLine = (place: string) => place.replace(/:\d+:/, ':')

test('every optional property that a user passes accepts undefined', () => {
  const found = refusingUndefined(program, files, join(root, 'src')).map(withoutLine)
  expect([...new Set(found)].sort()).toEqual(Object.values(EXCEPT).flat().sort())
})

describe('the search finds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'optional-properties-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    ['an option', 'export const make = (_: { name?: string }) => 1'],
    ['an option of a list of options', 'export const make = (_: { all: readonly { name?: string }[] }) => 1'],
    ['one that a callback returns', 'export const make = (_: () => Promise<{ name?: string }>) => 1'],
    ['one of a method of the result', 'export const make = () => ({ run(_: { name?: string }) {} })'],
    ['one of a mapped type', 'interface O { name: string }\nexport const make = (_: Partial<O>) => 1'],
    ['one behind a type parameter', 'export const make = <T extends { name?: string }>(_: T) => 1'],
  ])('%s', (_what, code) => {
    const file = join(folder, 'planted.ts')
    const found = (text: string) => {
      writeFileSync(file, text)
      return refusingUndefined(programOf([file], root), [file], folder).map((place) => place.replace(/.* /, ''))
    }
    expect(found(code)).toEqual(['name'])
    expect(found(code.replace('string', 'string | undefined'))).toEqual([])
  })
})

const secret = '4f1d9a7c2b6e80354f1d9a7c2b6e80354f1d9a7c2b6e80354f1d9a7c2b6e8035'
const apiKey = secret
const PG = { query: async () => ({ rows: [] }), connect: async () => null, on() {}, totalCount: 0 }

type Make = (options: never) => unknown
/** A function, its file, options that it needs, and names of another form, or of a variable that must be set. */
const CALLS: readonly [name: string, file: string, make: Make, needed: object, set?: readonly string[]][] = [
  ['adyen', 'providers/adyen/index.ts', adyen, { hmacKey: secret, merchantAccount: 'Shop', capture: 'manual' }],
  ['binancePay', 'providers/binance-pay/index.ts', binancePay, { apiKey, apiSecret: secret }],
  ['bitPay', 'providers/bitpay/index.ts', bitPay, { token: secret }, ['mode', 'readBack']],
  ['btcPayServer', 'providers/btcpay-server/index.ts', btcPayServer, { secret }, ['url', 'apiKey']],
  ['btcPayServer', 'providers/btcpay-server/index.ts', btcPayServer, { secret, readInvoice: async () => null }],
  ['checkoutCom', 'providers/checkout-com/index.ts', checkoutCom, { signatureKey: secret }],
  ['cityPay', 'index.ts', main.cityPay, { orderToken: () => null }],
  ['coinbarPay', 'index.ts', main.coinbarPay, { clientId: 'scid-4f9a71', secretKey: secret }],
  ['coinbaseBusiness', 'providers/coinbase-business/index.ts', coinbaseBusiness, { secret }],
  ['coinGate', 'providers/coingate/index.ts', coinGate, { orderToken: () => null, apiToken: apiKey }],
  ['coinPayments', 'providers/coinpayments/index.ts', coinPayments, { ipnSecret: secret, merchantId: 'f3a1c7e8' }],
  ['coinsPh', 'index.ts', main.coinsPh, { token: secret }],
  ['cryptoGateway', 'index.ts', main.cryptoGateway, { secret }],
  ['cryptomus', 'providers/cryptomus/index.ts', cryptomus, { paymentKey: secret }],
  ['mollie', 'providers/mollie/index.ts', mollie, { apiKey }, ['secret', 'retired']],
  ['mollie', 'providers/mollie/index.ts', mollie, { readBack: async () => null }, ['secret', 'retired']],
  ['mollie', 'providers/mollie/index.ts', mollie, { secret }, ['apiKey']],
  ['molliePayments', 'providers/mollie/index.ts', molliePayments, { apiKey }],
  ['openNode', 'providers/opennode/index.ts', openNode, { apiKey }],
  ['payMongo', 'providers/paymongo/index.ts', payMongo, { secret }],
  [
    'paypal',
    'providers/paypal/index.ts',
    paypal,
    { webhookId: '1AB23456CD789012E', clientId: 'id', clientSecret: secret },
  ],
  ['paypalEvents', 'providers/paypal/index.ts', paypalEvents, { clientId: 'id', clientSecret: secret }],
  ['paystack', 'providers/paystack/index.ts', paystack, { secretKey: secret }],
  ['polar', 'providers/polar/index.ts', polar, { secret }],
  ['razorpay', 'providers/razorpay/index.ts', razorpay, { secret }],
  [
    'square',
    'providers/square/index.ts',
    square,
    { signatureKey: secret, url: 'https://shop.example/webhooks/square' },
  ],
  ['squareEvents', 'providers/square/index.ts', squareEvents, { accessToken: secret }],
  [
    'standardWebhooks',
    'providers/standard-webhooks/index.ts',
    standardWebhooks,
    { secret, types: ['a.b'], name: 'a' },
    ['name'],
  ],
  ['stripe', 'providers/stripe/index.ts', stripe, { secret }],
  ['stripeEvents', 'providers/stripe/index.ts', stripeEvents, { apiKey }],
  ['xendit', 'providers/xendit/index.ts', xendit, { token: secret, trustBody: true }],
  ['xendit', 'providers/xendit/index.ts', xendit, { token: secret, readBack: async () => null }],
  ['memoryStore', 'index.ts', main.memoryStore, {}],
  ['redisStore', 'stores/redis.ts', redisStore, { sendCommand: async () => null }],
]

describe('undefined is the same as an option that is left out, for', () => {
  test.each(
    CALLS.map(([name, file, make, needed, set = []]) => ({ name, file, make, needed, set, of: Object.keys(needed) })),
  )('$name with $of', ({ name, file, make, needed, set }) => {
    const names = optionalNames(program, join(root, 'src', file), name).filter((one) => !set.includes(one))
    const absent = names.filter((one) => !(one in needed))
    expect(names.length).toBeGreaterThan(0)
    const all = { ...Object.fromEntries(absent.map((one) => [one, undefined])), ...needed }
    const shown = (made: unknown) => inspect(made, { depth: 5 })
    expect(shown(make(all as never))).toBe(shown(make(needed as never)))
  })

  test('stores that take a client', () => {
    const none = { table: undefined, keepForMs: undefined }
    expect(() => sqliteStore(new Database(':memory:'), { ...none, allowVolatile: undefined })).not.toThrow()
    expect(() =>
      postgresStore(PG as never, { ...none, transactional: undefined, transactionMs: undefined }),
    ).not.toThrow()
  })

  test('a receiver', () => {
    const names = optionalNames(program, join(root, 'src/index.ts'), 'createReceiver', 1)
    const none = Object.fromEntries(names.map((name) => [name, undefined]))
    expect(() => main.createReceiver(hmacProvider(), { ...none, store: main.memoryStore(), on: {} })).not.toThrow()
  })

  test('a policy of an order', () => {
    const order = orders.openOrder({ orderId: 'ORDER-1', expected: { amount: '100', currency: 'EUR' } })
    const at = '2026-03-05T14:03:20Z'
    const names = optionalNames(program, join(root, 'src/orders/index.ts'), 'markPaid', 2)
    expect(names).toContain('tolerance')
    const none = Object.fromEntries(names.map((name) => [name, undefined]))
    expect(orders.markPaid(order, { amount: '60', at }, none)).toEqual(orders.markPaid(order, { amount: '60', at }, {}))
    expect(orders.addPayments(order, [{ provider: 'a', paymentId: '1' }], none).policy).toBeNull()
  })
})
