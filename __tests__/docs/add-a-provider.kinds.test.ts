/** Every kind of provider on docs/add-a-provider.md, exactly as in its block, through the suite and so through Express. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { createReceiver, memoryStore, type Provider } from 'express-payment-webhooks'
import { providerConformance } from 'express-payment-webhooks/testing'
import { apiServer } from '../support/provider-suite.js'
import { allBlocks } from './blocks.js'
import { runBlock } from './run-block.js'

const secret = '8c02e6b7d1f94a3581e7c60b2d4f9a3c'
const paid = { id: 'evt_1', order: '1001', paid: '49.90', currency: 'EUR' }
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string

const api = apiServer({
  '/payments/evt_1': { body: JSON.stringify({ ...paid, status: 'paid' }) },
  '/payments/pay_1': { body: JSON.stringify({ ...paid, id: 'pay_1', status: 'paid' }) },
  '/payments/pay_2': { body: JSON.stringify({ ...paid, id: 'pay_1', status: 'paid' }) },
  '/payments/pay_3': { body: JSON.stringify({ ...paid, id: 'pay_3', status: 'open' }) },
})

/** The suite's delivery names a key that is made of its body, so every name of that form belongs to the sender. */
const fetchOf = (names: RegExp) => (url: string) => {
  const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1)!)
  return Promise.resolve(names.test(name) ? new Response(pem) : new Response('', { status: 404 }))
}

interface Kind {
  readonly make: (factory: (options: object) => Provider) => Provider
  readonly payload?: object
  readonly globals?: object
}

/** By the name that the block exports. */
const KINDS: Readonly<Record<string, Kind>> = {
  stampedPay: { make: (factory) => factory({ secret }) },
  tokenPay: { make: (factory) => factory({ token: secret }) },
  sealedPay: { make: (factory) => factory({ secret }), payload: { ...paid, note: 'a lamp' } },
  keyedPay: {
    make: (factory) => factory({ keysUrl: 'https://keyed.example/keys', privateKey }),
    globals: { fetch: fetchOf(/^(msg_\w{24}|chosen-by-the-suite)$/) },
  },
  hintPay: {
    make: (factory) => factory({ apiUrl: api.url(), tokenOf: (order: string) => (order === '1001' ? secret : null) }),
    payload: { ...paid, token: secret },
  },
  barePay: { make: (factory) => factory({ apiUrl: api.url(), apiKey: secret }), payload: { id: 'pay_1' } },
  formPay: { make: (factory) => factory({ secret }) },
  sortedPay: { make: (factory) => factory({ secret }) },
}

describe.each(Object.entries(KINDS))('%s', (name, { make, payload = paid, globals = {} }) => {
  const [block, ...others] = allBlocks().filter(({ code }) => code.includes(`export const ${name} =`))
  let factory: (options: object) => Provider
  beforeAll(async () => {
    expect(others).toEqual([])
    factory = (await runBlock(block!.code, { globals, results: [name] }))[name] as typeof factory
  })
  const create = () => {
    const provider = make(factory)
    // The block of the topic accepts a topic that the page names.
    return name === 'stampedPay' ? withTopic(provider) : provider
  }
  providerConformance({ test, create, payloads: { paid: payload } })
})

function withTopic(provider: Provider): Provider {
  return { ...provider, sign: (payload, headers) => provider.sign(payload, { 'x-stamped-topic': 'paid', ...headers }) }
}

test('every block of the page that exports a provider is tested', () => {
  const page = allBlocks().filter(({ name }) => name.startsWith('docs/add-a-provider.md'))
  const exported = page.flatMap(({ code }) => [...code.matchAll(/^export const (\w+)/gm)].map(([, name]) => name))
  expect(exported).toEqual(['acmePay', ...Object.keys(KINDS)])
})

describe('stampedPay, whose sender repeats the first time in its retries', () => {
  const body = JSON.stringify(paid)
  const retryOf = (seconds: number) => {
    const time = Math.floor(Date.now() / 1000) - seconds
    const signed = createHmac('sha256', secret).update(`${time}.paid.${body}`).digest('hex')
    return { body, headers: { 'x-stamped-topic': 'paid', 'x-stamped-signature': `t=${time},v1=${signed}` } }
  }

  test.each([
    ['as printed, it refuses a retry after the limit', 300, 'not_authentic', 'not_authentic'],
    ['with null, as the page says for such a sender, it handles it once', null, 'handled', 'duplicate'],
  ])('%s', async (_name, tolerance, first, second) => {
    const { code } = allBlocks().find((block) => block.code.includes('export const stampedPay ='))!
    const changed = code.replace('toleranceSeconds: 300 }', `toleranceSeconds: ${tolerance} }`)
    expect(changed === code).toBe(tolerance === 300)
    const factory = (await runBlock(changed, { results: ['stampedPay'] }))['stampedPay'] as (o: object) => Provider
    const on = { 'payment.confirmed': () => {} }
    const receiver = createReceiver(factory({ secret }), { store: memoryStore(), on, onError: () => {} })
    const retry = retryOf(400)
    expect((await receiver.receive(retry)).kind).toBe(first)
    expect((await receiver.receive(retry)).kind).toBe(second)
    await receiver.close()
  })
})

describe('barePay, where the API answers', () => {
  const outcomeOf = async (id: string) => {
    const block = allBlocks().find(({ code }) => code.includes('export const barePay ='))!
    const factory = (await runBlock(block.code, { results: ['barePay'] }))['barePay'] as (options: object) => Provider
    const provider = factory({ apiUrl: api.url(), apiKey: secret })
    const paidOrders: unknown[] = []
    const on = { 'payment.confirmed': ({ orderId }: { orderId: string | null }) => void paidOrders.push(orderId) }
    const receiver = createReceiver(provider, { store: memoryStore(), on, onUnhandled: () => {}, onError: () => {} })
    const { kind, error } = await receiver.receive(provider.sign({ id }))
    await receiver.close()
    return { kind, code: error?.code, paidOrders }
  }

  test.each([
    ['about this payment, it pays its order', 'pay_1', 'handled', undefined, ['1001']],
    ['about another payment, it pays none', 'pay_2', 'retry_later', 'READ_BACK_MISMATCH', []],
    ['that nothing is paid, it pays none', 'pay_3', 'unhandled', undefined, []],
    ['that it knows no such payment, it asks for it again', 'pay_4', 'retry_later', 'READ_BACK_BEHIND', []],
  ])('%s', async (_name, id, kind, code, paidOrders) => {
    expect(await outcomeOf(id)).toEqual({ kind, code, paidOrders })
  })
})
