/** The reason why a delivery was not authentic: for the operator only, and limited in rate against a flood of forgeries. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import {
  coinbarPay,
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  type ErrorDetails,
  type PaymentWebhookError,
  type Provider,
} from 'express-payment-webhooks'
import { sample } from 'express-payment-webhooks/testing'
import express from 'express'
import { createHash, createHmac } from 'node:crypto'
import request from 'supertest'
import { explained, takeExplanation } from '../../../src/flow/reporting/explain.js'
import { receiverState } from '../../../src/flow/state/receiver.js'
import { resolveOptions } from '../../../src/resolve-options.js'

afterEach(() => void jest.useRealTimers())

const SECRET = 'whsec_3f7a91c05be2d846'
const RETIRED = 'whsec_previous_77e0c4b1d2'
const CLIENT = '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e'

const payload = sample('crypto-gateway', 'transaction.confirmed', { data: { metadata: { order_id: 'Café/1001 🧨' } } })
const compact = JSON.stringify(payload)
const indented = JSON.stringify(payload, null, 2)

const mac = (body: string, key: string | Buffer = SECRET, algorithm = 'sha256') =>
  createHmac(algorithm, key).update(body)
const signature = (...of: Parameters<typeof mac>) => ({ 'x-gateway-signature': `sha256=${mac(...of).digest('hex')}` })

interface Told {
  readonly status: number
  readonly text: string
  readonly error: PaymentWebhookError
  readonly details: ErrorDetails
}

async function told(provider: Provider, headers: Record<string, string>, body: string, times = 1): Promise<Told[]> {
  const app = express()
  const errors: { error: PaymentWebhookError; details: ErrorDetails }[] = []
  app.use(
    '/',
    paymentWebhook(provider, {
      store: memoryStore(),
      on: {},
      onError: (error, details) => void errors.push({ error, details }),
    }),
  )
  const answers: { status: number; text: string }[] = []
  for (let time = 0; time < times; time++) {
    const { status, text } = await request(app).post('/').set(headers).send(body)
    answers.push({ status, text })
  }
  await new Promise((resolve) => setImmediate(resolve))
  return answers.map((answer, number) => ({ ...answer, ...errors[number]! }))
}

const gateway = cryptoGateway({ secret: SECRET, retired: RETIRED })

describe('what the operator is told about a signature that does not fit', () => {
  const php = compact
    .replaceAll('/', '\\/')
    .replaceAll(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const now = String(Math.floor(Date.now() / 1000))

  const CASES: [string, Provider, Record<string, string>, string, RegExp][] = [
    ['a proxy wrote the body again, compactly', gateway, signature(indented), compact, /indented JSON/],
    ['a proxy indented the body', gateway, signature(compact), indented, /compact JSON/],
    ['the sender signed what PHP writes', gateway, signature(php), compact, /PHP/],
    [
      'the sender signed sorted keys',
      gateway,
      signature('{"a":1,"b":[{"c":2,"d":3}]}'),
      '{"b":[{"d":3,"c":2}],"a":1}',
      /sorted keys/,
    ],
    [
      'the sender signed what Python writes',
      gateway,
      signature('{"a": 1, "b": ["\\u00e9", null]}'),
      '{"a":1,"b":["é",null]}',
      /Python/,
    ],
    ['a proxy added a line break', gateway, signature(compact), `${compact}\n`, /white space around/],
    ['a proxy removed a line break', gateway, signature(`${compact}\n`), compact, /line break at its end/],
    ['a proxy converted line breaks', gateway, signature(indented.replaceAll('\n', '\r\n')), indented, /line breaks/],
    ['the signature fits an empty body', gateway, signature(''), compact, /empty body/],
    [
      'the secret was pasted with a line break',
      gateway,
      signature(compact, `${SECRET}\n`),
      compact,
      /followed by white space/,
    ],
    ['the secret is a retired one', gateway, signature(compact, RETIRED), compact, /retired secret/],
    [
      'the secret was read as hex',
      cryptoGateway({ secret: '3f7a91c05be2d8463f7a91c05be2d846' }),
      signature(compact, Buffer.from('3f7a91c05be2d8463f7a91c05be2d846', 'hex')),
      compact,
      /read as hex/,
    ],
    [
      'base64 where hex is expected',
      gateway,
      { 'x-gateway-signature': `sha256=${mac(compact).digest('base64')}` },
      compact,
      /not written as sha256=<64 hex digits>/,
    ],
    [
      'no prefix',
      gateway,
      { 'x-gateway-signature': mac(compact).digest('hex') },
      compact,
      /not written as sha256=<64 hex digits>/,
    ],
    [
      'another algorithm',
      gateway,
      { 'x-gateway-signature': `sha512=${mac(compact, SECRET, 'sha512').digest('hex')}` },
      compact,
      /sha512/,
    ],
    [
      'no secret at all',
      gateway,
      { 'x-gateway-signature': `sha256=${createHash('sha256').update(compact).digest('hex')}` },
      compact,
      /anybody can make/,
    ],
    [
      'another header',
      gateway,
      { 'x-crypton-signature': signature(compact)['x-gateway-signature'] },
      compact,
      /in the header x-crypton-signature/,
    ],
    [
      'the timestamp is signed as well',
      gateway,
      { ...signature(`${now}${compact}`), 'x-gateway-timestamp': now },
      compact,
      /mode to 'timestamped'/,
    ],
    [
      'the timestamp is not signed',
      cryptoGateway({ secret: SECRET, mode: 'timestamped' }),
      { ...signature(compact), 'x-gateway-timestamp': now },
      compact,
      /mode to 'body'/,
    ],
    [
      'a timestamped body was written again',
      cryptoGateway({ secret: SECRET, mode: 'timestamped' }),
      { ...signature(`${now}${compact}`), 'x-gateway-timestamp': now },
      indented,
      /compact JSON/,
    ],
    [
      "CoinbarPay's client id in another header",
      coinbarPay({ clientId: CLIENT, secretKey: SECRET }),
      { 'x-client': CLIENT, signature: mac(compact).digest('hex') },
      compact,
      /client id came in the header x-client/,
    ],
    [
      "CoinbarPay's body, written again",
      coinbarPay({ clientId: CLIENT, secretKey: SECRET }),
      { 'cbpay-api-key': CLIENT, signature: mac(compact).digest('hex') },
      indented,
      /compact JSON/,
    ],
  ]

  test.each(CASES)('%s', async (_, provider, headers, body, explanation) => {
    const [{ status, text, details }] = (await told(provider, headers, body)) as [Told]
    expect({ status, text }).toEqual({ status: 401, text: 'not authentic' })
    expect(details.explanation).toMatch(explanation)
    for (const secret of [SECRET, RETIRED, ...Object.values(headers)]) expect(details.explanation).not.toContain(secret)
  })

  test.each([
    ['a forgery', signature(compact, 'somebody-elses-secret'), compact],
    ['a forgery with a body that is not JSON', signature('{"a":1}', 'somebody-elses-secret'), '{"a":'],
    [
      'a forgery that nests deeply',
      signature(compact, 'somebody-elses-secret'),
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    ],
    [
      'the right signature twice',
      { 'x-gateway-signature': `${signature(compact)['x-gateway-signature']}, x` },
      compact,
    ],
    ['nothing', {}, compact],
  ])('%s has no explanation', async (_, headers, body) => {
    const [{ status, details }] = (await told(gateway, headers, body)) as [Told]
    expect(status).toBe(401)
    expect(details).toMatchObject({ outcome: 'not_authentic', explanation: null })
  })

  test('a flood is explained ten times a minute, and reported every time', async () => {
    const all = await told(gateway, signature(indented), compact, 25)
    expect(all.map(({ error }) => error.code)).toEqual(Array(25).fill('AUTH_MISMATCH'))
    expect(all.filter(({ details }) => details.explanation !== null)).toHaveLength(10)
  })
})

describe('what the operator is told about a token that does not fit', () => {
  const TOKEN = 'mtk_test_4f1d9a7c2b6e8035'
  const OLD = 'mtk_test_0e6b83d1a95f7c24'
  const invoices = coinsPh({ token: TOKEN, retired: OLD })
  const body = JSON.stringify(sample('coins-ph', 'payment.confirmed'))

  test.each([
    ['the scheme is another one', { authorization: `Bearer ${TOKEN}` }, /one space and the token/],
    ['there is no scheme', { authorization: TOKEN }, /one space and the token/],
    ['two spaces', { authorization: `Token  ${TOKEN}` }, /one space and the token/],
    ['the token is retired', { authorization: `Token ${OLD}` }, /retired/],
    ['something changes its case', { authorization: `Token ${TOKEN.toUpperCase()}` }, /upper and lower case/],
    ['it is in another header', { 'x-api-key': TOKEN }, /in the header x-api-key/],
    [
      'it is in another header, with its scheme',
      { 'x-authorization': `Token ${TOKEN}` },
      /in the header x-authorization/,
    ],
  ])('%s', async (_, headers, explanation) => {
    const [{ status, text, details }] = (await told(invoices, headers, body)) as [Told]
    expect({ status, text }).toEqual({ status: 401, text: 'not authentic' })
    expect(details.explanation).toMatch(explanation)
    for (const secret of [TOKEN, OLD]) expect(details.explanation).not.toContain(secret)
  })

  test('another token has no explanation', async () => {
    const [{ details }] = (await told(invoices, { authorization: 'Token mtk_test_ffffffffffffffff' }, body)) as [Told]
    expect(details.explanation).toBeNull()
  })
})

test('a provider whose explanation throws is reported without one', async () => {
  const provider = {
    ...gateway,
    authentication: { ...gateway.authentication, explain: () => JSON.parse('{') as string },
  }
  const [{ status, details }] = (await told(provider, {}, compact)) as [Told]
  expect(status).toBe(401)
  expect(details.explanation).toBeNull()
})

test('ten explanations a minute for one receiver', () => {
  jest.useFakeTimers()
  const stateOf = () => receiverState(gateway, resolveOptions(gateway, { store: memoryStore(), on: {} }))
  const [one, other] = [stateOf(), stateOf()]
  const asked = (state: typeof one, times: number) => Array.from({ length: times }, () => takeExplanation(state))
  expect(asked(one, 12)).toEqual([...Array<boolean>(10).fill(true), false, false])
  expect(asked(other, 1)).toEqual([true])
  jest.advanceTimersByTime(59_999)
  expect(asked(one, 1)).toEqual([false])
  jest.advanceTimersByTime(1)
  expect(asked(one, 11)).toEqual([...Array<boolean>(10).fill(true), false])
})

test('an explanation that throws explains nothing', () => {
  expect(explained(() => 'because')).toBe('because')
  expect(
    explained(() => {
      throw new Error('a bug')
    }),
  ).toBeNull()
})
