/** The source of a callback, and its value if nothing in it proves the sender (cityPay). */
import { describe, expect, test } from '@jest/globals'
import type { Express } from 'express'
import {
  cityPay,
  cityPayReadBack,
  defineProvider,
  DeliveryError,
  readBack,
  type EventDraft,
} from 'express-payment-webhooks'
import { sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'
import { expressDoors } from '../support/doors.js'
import type { Shop } from '../support/open-shop.js'
import { rawRequest, requestBytes } from '../support/raw-request.js'
import { recordingStore } from '../support/recording-store.js'
import { responsively } from '../support/responsively.js'
import { expectStillWelcome, shops, throughEveryDoor, type OpenShop } from '../support/shops.js'
import { startServer } from '../support/start-server.js'

const PARTNER = '203.0.113.7'
const CALLBACK = JSON.stringify(sample('city-pay', 'CONFIRMED'))
const TOKEN = '730914458201'

const fromPartner = (open: OpenShop, trustProxy?: unknown): Promise<Shop> =>
  open({
    provider: cityPay({
      orderToken: () => TOKEN,
      readBack: async () => sampleCityPayOrder('CONFIRMED'),
      allowedIps: [PARTNER, '198.51.100.0/24', '2001:db8::/32'],
    }),
    before: (app: Express) => void (trustProxy !== undefined && app.set('trust proxy', trustProxy)),
  })

async function expectStranger(shop: Shop, ...headers: string[]): Promise<void> {
  const answer = await responsively(() => shop.post(CALLBACK, ...headers))
  expect([answer.status, answer.body]).toEqual([401, 'not authentic'])
  expect(shop.errors.map(({ error }) => error.code)).toEqual(['AUTH_SOURCE_REFUSED'])
  expect(shop.handled).toEqual([])
  expect(shop.store.calls).toEqual([])
}

describe.each(expressDoors)('behind one trusted proxy the address it adds decides, through %s:', (_name, door) => {
  const open = shops({ door })

  test.each([
    ['P01 the allowed address', [`X-Forwarded-For: ${PARTNER}`]],
    ['P01 an allowed address inside a network', ['X-Forwarded-For: 198.51.100.200']],
    ['P01 an allowed IPv6 address', ['X-Forwarded-For: 2001:DB8:0:0::1']],
    ['P01 an allowed IPv4 address in IPv6 form', [`X-Forwarded-For: ::ffff:${PARTNER}`]],
    ['P05 a forged address before the true one', [`X-Forwarded-For: 192.0.2.1, ${PARTNER}`]],
    ['P05 two headers, the true address in the second', ['X-Forwarded-For: 192.0.2.1', `X-Forwarded-For: ${PARTNER}`]],
  ])('%s is handled', async (_what, headers) => {
    const shop = await fromPartner(open, 1)
    expect((await shop.post(CALLBACK, ...headers)).status).toBe(200)
    expect(shop.handled).toHaveLength(1)
  })

  test.each([
    ['P01 another address', ['X-Forwarded-For: 192.0.2.1']],
    ['P01 no header', []],
    ['P05 an allowed address that the sender put in front', [`X-Forwarded-For: ${PARTNER}, 192.0.2.1`]],
    [
      'P05 two headers, the allowed address in the first',
      [`X-Forwarded-For: ${PARTNER}`, 'X-Forwarded-For: 192.0.2.1'],
    ],
    ['P05 10 KB of commas', [`X-Forwarded-For: ${','.repeat(10 * 1024)}`]],
    [
      'P05 10 KB of commas between an allowed address and the true one',
      [`X-Forwarded-For: ${PARTNER}${','.repeat(10 * 1024)} 192.0.2.1`],
    ],
    ['P05 a port after the allowed address', [`X-Forwarded-For: ${PARTNER}:5`]],
    ['P05 brackets around the allowed address', [`X-Forwarded-For: [${PARTNER}]`]],
    ['P05 the allowed address in octal', ['X-Forwarded-For: 0313.0.0161.07']],
    ['P05 the allowed address as one number', ['X-Forwarded-For: 3405803783']],
    ['P05 a name', ['X-Forwarded-For: partner.example']],
    ['P03 the allowed address under another name only', [`X-Real-IP: ${PARTNER}`]],
  ])('%s is answered 401', async (_what, headers) => {
    await expectStranger(await fromPartner(open, 1), ...headers)
  })

  test('P05 a request that does not come through the named proxy is answered 401', async () => {
    await expectStranger(await fromPartner(open, '192.0.2.1'), `X-Forwarded-For: ${PARTNER}`)
  })
})

// The path contains no secret: the application decides how much a path proves.
describe.each(expressDoors)('through %s', (_name, door) => {
  const open = shops({ door })

  test.each(['/hooks/hma', '/hooks/hmacc', '/hooks/%68mac', '/hooks/hmac%20'])(
    'P06 the path %s is no webhook: 404, and the kit neither answers nor logs',
    async (path) => {
      const shop = await open()
      const answer = await rawRequest(shop.port, requestBytes({ line: `POST ${path} HTTP/1.1`, body: '{}' }))
      expect(answer.status).toBe(404)
      expect([shop.errors, shop.outcomes, shop.store.calls]).toEqual([[], [], []])
      await expectStillWelcome(shop)
    },
  )
})

throughEveryDoor((open) => {
  describe('straight to the server the socket address decides', () => {
    test.each([
      ['P01', 'X-Forwarded-For'],
      ['P03', 'X-Real-IP'],
      ['P03', 'CF-Connecting-IP'],
      ['P03', 'True-Client-IP'],
      ['P03', 'X-Client-IP'],
      ['P03', 'Fastly-Client-IP'],
      ['P03', 'X-Cluster-Client-IP'],
    ])('%s an allowed address in %s is answered 401', async (_row, header) => {
      await expectStranger(await fromPartner(open), `${header}: ${PARTNER}`)
    })

    test('P03 an allowed address in Forwarded is answered 401', async () => {
      await expectStranger(await fromPartner(open), `Forwarded: for=${PARTNER};proto=https`)
    })
  })

  describe('a callback that proves nothing', () => {
    const shopWith = (
      readBack: (token: string) => Promise<unknown>,
      orderToken: (order: string) => string | null = () => TOKEN,
    ) =>
      open({ provider: cityPay({ orderToken, readBack }), store: recordingStore({ durable: true }), timeoutMs: 1000 })

    test('B15 a forged callback with the right order token is answered 503: only what CityPay says counts', async () => {
      const shop = await shopWith(async () => sampleCityPayOrder('IN_PROGRESS'))
      expect((await shop.post(CALLBACK)).status).toBe(503)
      expect(shop.handled).toEqual([])
      expect(shop.store.calls).toEqual([])
    })

    test('B15 a forged callback changes nothing that was read back: not the amount, the status, nor the id', async () => {
      const shop = await shopWith(async () => sampleCityPayOrder('IN_PROGRESS', '10.00'))
      for (const received_amount_in_fiat of ['50.00', '9999.00', '10.00']) {
        const forged = sample('city-pay', 'IN_PROGRESS (part payment)', {
          received_amount_in_fiat,
          transaction_id: `forged-${received_amount_in_fiat}`,
        })
        expect((await shop.post(JSON.stringify(forged))).status).toBe(200)
      }
      expect(shop.handled).toMatchObject([
        { type: 'payment.partially_paid', received: { amount: '10', currency: 'USD' } },
      ])
    })

    test('B15 the token in the callback is never used to read', async () => {
      const asked: string[] = []
      const shop = await shopWith(async (token) => {
        asked.push(token)
        return sampleCityPayOrder('CONFIRMED')
      })
      await shop.post(JSON.stringify(sample('city-pay', 'CONFIRMED', { order_token: '../../admin' })))
      expect(asked).toEqual([TOKEN])
    })

    test('B15 a deposit, which cannot be read back, is answered 401', async () => {
      const shop = await shopWith(async () => sampleCityPayOrder('CONFIRMED'))
      expect((await shop.post(JSON.stringify(sample('city-pay', 'deposit CONFIRMED')))).status).toBe(401)
      expect(shop.store.calls).toEqual([])
    })

    test('B16 when the callback is ahead of what is read back it is answered 503, and the repeat is handled', async () => {
      let status: 'IN_PROGRESS' | 'CONFIRMED' = 'IN_PROGRESS'
      const shop = await shopWith(async () => sampleCityPayOrder(status))
      const early = await shop.post(CALLBACK)
      expect([early.status, early.headers['retry-after']]).toEqual([503, '5'])
      expect(shop.errors.map(({ error }) => error.code)).toEqual(['READ_BACK_BEHIND'])
      expect(shop.store.calls).toEqual([])
      status = 'CONFIRMED'
      expect((await shop.post(CALLBACK)).status).toBe(200)
      expect(shop.handled).toMatchObject([{ type: 'payment.confirmed' }])
    })

    const broken: [string, () => Promise<unknown>][] = [
      ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
      ['rejects with nothing', () => Promise.reject(undefined)],
      ['never answers', () => new Promise(() => {})],
      ['answers HTML', async () => '<html>Bad gateway</html>'],
      ['answers nothing', async () => undefined],
      ['answers another order', async () => sampleCityPayOrder('CONFIRMED', undefined, { token: '999999999999' })],
      ['answers another order id', async () => sampleCityPayOrder('CONFIRMED', undefined, { id: 1 })],
      [
        'answers an order without an amount',
        async () => sampleCityPayOrder('CONFIRMED', undefined, { amountFiat: undefined }),
      ],
      ['answers a negative amount', async () => sampleCityPayOrder('CONFIRMED', undefined, { amountFiat: '-50.00' })],
      ['answers a list', async () => [sampleCityPayOrder('CONFIRMED')]],
      ['answers 1 MB of brackets', async () => '['.repeat(1024 * 1024)],
    ]
    test.each(broken)('B17 a read-back that %s is answered 503, and nothing is written', async (_what, readBack) => {
      let answer = readBack
      const shop = await shopWith(() => answer())
      expect((await shop.post(CALLBACK)).status).toBe(503)
      expect(shop.handled).toEqual([])
      expect(shop.store.calls).toEqual([])
      answer = async () => sampleCityPayOrder('CONFIRMED')
      expect((await shop.post(CALLBACK)).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })

    const servers: [string, (path: string) => { status?: number; headers?: Record<string, string>; body: string }][] = [
      ['an error page', () => ({ status: 500, body: 'down' })],
      ['a page with status 200', () => ({ headers: { 'content-type': 'text/html' }, body: '<html></html>' })],
      ['a redirect', (path) => ({ status: 302, headers: { location: `/elsewhere${path}` }, body: '' })],
      ['more than an order', () => ({ body: JSON.stringify({ data: 'x'.repeat(600 * 1024) }) })],
      [
        'the order of somebody else',
        () => ({ body: JSON.stringify(sampleCityPayOrder('CONFIRMED', undefined, { token: '1' })) }),
      ],
    ]
    test.each(servers)('B17 the public order read, answered by %s, is answered 503', async (_what, reply) => {
      const asked: string[] = []
      const api = await startServer((req, res) => {
        asked.push(req.url!)
        const {
          status = 200,
          headers = {},
          body,
        } = req.url!.startsWith('/elsewhere')
          ? { body: JSON.stringify(sampleCityPayOrder('CONFIRMED')) }
          : reply(req.url!)
        res.writeHead(status, headers).end(body)
      })
      const shop = await shopWith((token) =>
        cityPayReadBack(`http://127.0.0.1:${api.port}`)(token, { signal: AbortSignal.timeout(3000) }),
      )
      const answer = await shop.post(CALLBACK)
      await api.close()
      expect(answer.status).toBe(503)
      expect(asked).toEqual([`/order/${TOKEN}`])
      expect(shop.store.calls).toEqual([])
    })

    describe('F24 in a flood', () => {
      const AT_ONCE = 32

      /** A callback about one of many orders, each with its own token. */
      const callbackOf = (order: string) =>
        JSON.stringify(sample('city-pay', 'CONFIRMED', { client_order_id: order, order_id: undefined }))
      const tokenOf = (order: string) => `token-of-${order}`
      const orders = Array.from({ length: AT_ONCE }, (_, at) => `ORDER-${at}`)

      test('of one order, is read back twice, however often it came: once for the first, once for all others', async () => {
        let [asked, lookedUp] = [0, 0]
        let finish = () => {}
        const finished = new Promise<void>((resolve) => (finish = resolve))
        const reading = async () => {
          asked++
          await finished
          return sampleCityPayOrder('CONFIRMED')
        }
        const shop = await shopWith(reading, () => {
          lookedUp++
          return TOKEN
        })
        const first = shop.post(CALLBACK)
        while (asked < 1) await new Promise(setImmediate)
        const others = Array.from({ length: 50 }, () => shop.post(CALLBACK))
        while (lookedUp <= others.length) await new Promise(setImmediate)
        expect(asked).toBe(1)
        finish()
        const answers = await Promise.all([first, ...others])
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
        expect([asked, shop.handled.length]).toEqual([2, 1])
      })

      test('of many orders, is read back with 31 others; those beyond wait for their turn', async () => {
        let [asking, most, lookedUp] = [0, 0, 0]
        let finish = () => {}
        const finished = new Promise<void>((resolve) => (finish = resolve))
        const countedTokenOf = (order: string) => {
          lookedUp++
          return tokenOf(order)
        }
        const shop = await shopWith(async (token) => {
          most = Math.max(most, ++asking)
          await finished
          asking--
          return sampleCityPayOrder('CONFIRMED', undefined, { id: token, token })
        }, countedTokenOf)
        const posts = [...orders, 'ORDER-A', 'ORDER-B'].map((order) => shop.post(callbackOf(order)))
        while (asking < AT_ONCE || lookedUp < posts.length) await new Promise(setImmediate)
        finish()
        expect(new Set((await Promise.all(posts)).map(({ status }) => status))).toEqual(new Set([200]))
        expect([most, shop.handled.length, shop.errors]).toEqual([AT_ONCE, AT_ONCE + 2, []])
      })

      test('takes no place for longer than a sender waits, also when nobody ever answers', async () => {
        let answer = (_token: string): Promise<unknown> => new Promise(() => {})
        const shop = await shopWith((token) => answer(token), tokenOf)
        const hanging = await Promise.all(orders.map((order) => shop.post(callbackOf(order))))
        expect(new Set(hanging.map(({ status }) => status))).toEqual(new Set([503]))
        answer = async (token) => sampleCityPayOrder('CONFIRMED', undefined, { id: token, token })
        let status = 0
        while (status !== 200) ({ status } = await shop.post(callbackOf('ORDER-A')))
        expect(shop.handled).toHaveLength(1)
      })
    })

    describe('whose order was read back, and is no event,', () => {
      const provider = (read: () => Promise<EventDraft<'payment.confirmed'>>) =>
        defineProvider({
          name: 'asked-pay',
          types: ['payment.confirmed'],
          authentication: { verify: () => false, sign: () => ({}) },
          schema: { safeParse: (data: unknown) => ({ success: true as const, data }) },
          toEvent: () => readBack({ key: '1', read, toEvent: (draft) => draft }),
        })
      const draft = { type: 'payment.confirmed', identity: ['lone \ud800'], native: {} } as const

      test('is kept as what is authentic is: the provider vouches for it', async () => {
        const shop = await open({ provider: provider(async () => draft), store: recordingStore({ durable: true }) })
        expect((await shop.post('{}')).status).toBe(200)
        expect(shop.store.kept).toMatchObject([{ code: 'PAYLOAD_INVALID', eventId: null, body: Buffer.from('{}') }])
      })

      test('is not kept when the provider did not vouch for it', async () => {
        const refusing = async () => {
          throw new DeliveryError('PAYLOAD_INVALID', 'the callback names no order')
        }
        const shop = await open({ provider: provider(refusing), store: recordingStore({ durable: true }) })
        expect((await shop.post('{}')).status).toBe(400)
        expect(shop.store.calls).toEqual([])
      })
    })

    test('B02 an order the shop does not know yet is answered 503, and the repeat is handled', async () => {
      let token: string | null = null
      const shop = await shopWith(
        async () => sampleCityPayOrder('CONFIRMED'),
        () => token,
      )
      expect((await shop.post(CALLBACK)).status).toBe(503)
      expect(shop.store.calls).toEqual([])
      token = TOKEN
      expect((await shop.post(CALLBACK)).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })
  })
})
