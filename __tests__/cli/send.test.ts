/** `send` and `samples`: what arrives, what is printed, and what must never be printed. */
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import {
  cityPay,
  coinbarPay,
  coinsPh,
  cryptoGateway,
  memoryStore,
  paymentWebhook,
  type Provider,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { randomBytes, randomUUID } from 'node:crypto'
import { endpointOf } from '../../src/cli/endpoint.js'
import { CATALOGUE } from '../../src/testing/samples/index.js'
import { freePort } from '../support/free-port.js'
import { runCommand, runProcess } from '../support/run-command.js'
import { startServer, type RunningServer } from '../support/start-server.js'

jest.setTimeout(60_000)

const secret = randomBytes(16).toString('hex')
const clientId = randomUUID()
const SAME_IDS = 'a shop that had it takes it for a duplicate; --order makes new ones\n'
const NO_SECRETS = { COINS_PH_TOKEN: '', GATEWAY_SECRET: '', COINBAR_SECRET_KEY: '', COINBAR_CLIENT_ID: '' }
const SECRETS = {
  MOLLIE_WEBHOOK_SECRET: secret,
  STRIPE_WEBHOOK_SECRET: `whsec_${secret}`,
  COINS_PH_TOKEN: secret,
  GATEWAY_SECRET: secret,
  COINBAR_SECRET_KEY: secret,
  COINBAR_CLIENT_ID: clientId,
}

const events: WebhookEvent[] = []
const bodies: string[] = []

/** A shop with all four providers, and with routes that answer as no webhook should. */
function shop() {
  const receive = (provider: Provider) =>
    paymentWebhook(provider, {
      store: memoryStore(),
      on: {},
      onUnhandled: (event) => void events.push(event),
      onError: () => {},
    })
  const keepBody = express.raw({ type: () => true, verify: (_req, _res, body) => void bodies.push(body.toString()) })
  return express()
    .use('/coins', receive(coinsPh({ token: secret })))
    .use('/gateway', keepBody, receive(cryptoGateway({ secret })))
    .use('/timestamped', receive(cryptoGateway({ secret, mode: 'timestamped' })))
    .use('/coinbar', receive(coinbarPay({ clientId, secretKey: secret })))
    .use('/city', receive(cityPay({ orderToken: () => null })))
    .use('/stripe', receive(stripe({ secret: `whsec_${secret}` })))
    .use('/mollie-signed', receive(mollie({ secret })))
    .use('/mollie-classic', receive(mollie({ readBack: () => Promise.resolve(null) })))
    .use('/insisting', receive(coinsPh({ token: { value: 'q7-short', unchecked: true } })))
    .use('/broken', (_req, res) => void res.status(500).end('failed'))
    .use('/no-shop', (_req, res) => void res.status(502).end('<html>502 Bad Gateway</html>'))
    .use('/moved', (_req, res) => res.redirect('/coins'))
    .use('/hostile', (_req, res) => void res.status(500).end(`\u001b[2J\n${'x'.repeat(100_000)}`))
}

let server: RunningServer
let base: string

beforeAll(async () => {
  server = await startServer(shop())
  base = `http://127.0.0.1:${server.port}`
})
afterAll(() => server.close())
beforeEach(() => {
  events.length = 0
  bodies.length = 0
})

const send = (args: readonly string[], options: Parameters<typeof runCommand>[1] = {}) =>
  runCommand(['send', ...args], { ...options, env: { ...SECRETS, ...options.env } })

describe('send', () => {
  test.each([
    ['coins-ph', 'payment.confirmed', '/coins', []],
    ['crypto-gateway', 'withdrawal.completed', '/gateway', []],
    ['crypto-gateway', 'transaction.confirmed', '/timestamped', ['--timestamped']],
    ['coinbar-pay', 'FAILED (timeout)', '/coinbar', []],
  ])('%s %s is genuine', async (provider, event, path, more) => {
    const { code, stdout, stderr } = await send([provider, event, '--url', `${base}${path}`, ...more, '--json'])
    expect([code, stderr]).toEqual([0, `its ids are those of every such sample: ${SAME_IDS}`])
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ provider, url: `${base}${path}`, answers: [{ status: 200 }] })
    expect(events).toMatchObject([{ provider, type: report.type }])
    expect(stdout).not.toContain(secret)
  })

  test('city-pay needs no secret, and says when the shop knows no such order', async () => {
    const { code, stdout } = await send(['city-pay', 'CONFIRMED', '--url', `${base}/city`], { env: NO_SECRETS })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^503 +\d+ ms +retry later$/m)
  })

  test('--twice sends a duplicate, with fields of its own', async () => {
    const set = [
      '--set',
      'event.data.id=7',
      '--set',
      'event.data.external_transaction_id=ORDER-7',
      '--set',
      'event.data.note:="x"',
    ]
    const { code, stdout, stderr } = await send([
      'coins-ph',
      'payment.confirmed',
      '--url',
      `${base}/coins`,
      '--twice',
      ...set,
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^coins-ph invoice\.fully_paid, which is payment\.confirmed, to http/)
    expect(stdout.match(/^200 +\d+ ms +OK$/gm)).toHaveLength(2)
    expect(stderr).toMatch(
      /^--set event\.data\.note: the sample has no such field; it was added\. At event\.data it has id, /,
    )
    expect(stderr).toContain(
      `\nits ids are those of every such sample, except for the fields that --set changed: ${SAME_IDS}`,
    )
    expect(events).toMatchObject([{ orderId: 'ORDER-7' }])
  })

  test('--order makes an event of its own each time, and --payment another one about the same payment', async () => {
    const sent = async (event: string, ...more: string[]) => {
      const { code, stderr, stdout } = await send(['coins-ph', event, '--url', `${base}/coins`, '--json', ...more])
      expect(code).toBe(0)
      return { stderr, payment: (JSON.parse(stdout) as { payment: string }).payment }
    }
    const first = await sent('invoice.updated', '--order', 'ORDER-9')
    expect(first.stderr).toBe(
      `its ids are new; --order ORDER-9 --payment ${first.payment} sends it again, or more about this payment\n`,
    )
    await sent('invoice.fully_paid', '--order', 'ORDER-9', '--payment', first.payment)
    await sent('invoice.fully_paid', '--order', 'ORDER-9')
    expect(events.map(({ orderId, type }) => [orderId, type])).toEqual([
      ['ORDER-9', 'payment.partially_paid'],
      ['ORDER-9', 'payment.confirmed'],
      ['ORDER-9', 'payment.confirmed'],
    ])
    const [one, same, other] = events.map(({ paymentId }) => paymentId)
    expect(same).toBe(one)
    expect(other).not.toBe(one)
  })

  test.each([
    ['coins-ph', 'invoice.fully_paid', 'coins'],
    ['crypto-gateway', 'transaction.confirmed', 'gateway'],
  ])("--payment without --order warns that %s %s is about the sample's order", async (provider, event, path) => {
    const args = [provider, event, '--url', `${base}/${path}`, '--payment', 'p70']
    expect((await send(args)).stderr).toMatch(
      /; it is about the sample's order: if the payment belongs to another order, pass its --order too$/m,
    )
    expect((await send([...args, '--order', 'ORDER-70'])).stderr).toMatch(
      /; --order ORDER-70 --payment p70 sends more about this payment$/m,
    )
  })

  test('says how a shop finds the order of an event that names none', async () => {
    const args = ['crypto-gateway', 'withdrawal.completed', '--url', `${base}/gateway`, '--payment', 'p']
    expect(await send(args)).toMatchObject({
      code: 0,
      stderr:
        'its ids are those of every such send with --payment p: a shop that had it takes it for a duplicate, and it names no order: a shop knows it by a payment that was sent before, as `payment.confirmed` with --order and --payment p\n',
    })
  })

  test('says of a further transfer of a payment which ids it has, and sends another one where --set gives it its own', async () => {
    const sent = async (...more: string[]) => {
      const args = ['crypto-gateway', 'transaction.confirmed', '--url', `${base}/gateway`, '--order', 'ORDER-9']
      const { code, stderr } = await send([...args, '--payment', 'parts', ...more])
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(
          /^its payment, and a transfer in it, have the ids of every send with --payment parts: another transfer needs an id of its own, with --set; --order ORDER-9 --payment parts sends/m,
        ),
      ])
    }
    await sent('--set', 'data.amount=40.00')
    await sent('--set', 'data.amount=60.00', '--set', 'data.id=tx_2')
    expect(events).toMatchObject([{ received: { amount: '40' } }, { received: { amount: '60' } }])
    expect(events[1]!.paymentId).toBe(events[0]!.paymentId)
  })

  test('does not say that an event names no order where --set wrote the order of --order into it', async () => {
    const sent = (...more: string[]) =>
      send(['stripe', 'refund.confirmed', '--url', `${base}/stripe`, '--order', 'ORDER-26', ...more])
    expect((await sent()).stderr).toMatch(/^its ids are new, and it names no order: /)
    const named = await sent('--set', 'data.object.metadata.order_id:="ORDER-26"')
    expect(named.stderr).toMatch(
      /^its ids are new; --order ORDER-26 --payment \w+ sends more about this payment; with --payment /m,
    )
    expect(events.at(-1)).toMatchObject({ orderId: 'ORDER-26' })
  })

  test('sends another refund of a payment each time, and more about one that --refund names', async () => {
    const sent = async (event: string, ...more: string[]) => {
      const args = ['stripe', event, '--url', `${base}/stripe`, '--json', '--payment', 'p', ...more]
      const { code, stderr, stdout } = await send(args)
      expect(code).toBe(0)
      return { stderr, refund: (JSON.parse(stdout) as { refund: string }).refund }
    }
    const first = await sent('refund.created')
    expect(first.stderr).toContain(
      `with --payment p --refund ${first.refund}, the same again, or more about this refund\n`,
    )
    await sent('refund.updated', '--refund', first.refund)
    await sent('refund.created', '--set', 'data.object.amount=500')
    const [one, same, other] = events.map(({ refund }) => refund!.id)
    expect(same).toBe(one)
    expect(other).not.toBe(one)
    expect(events.map(({ paymentIds }) => paymentIds)).toEqual(Array(3).fill(events[0]!.paymentIds))
  })

  test('sends the same event again, if the command repeats what it printed', async () => {
    const sent = async (...more: string[]) => {
      const args = ['stripe', 'refund.updated', '--url', `${base}/stripe`, '--json', '--order', 'ORDER-9', ...more]
      const { code, stderr, stdout } = await send(args)
      expect(code).toBe(0)
      return { stderr, ...(JSON.parse(stdout) as { payment: string; refund: string }) }
    }
    const { payment, refund } = await sent()
    const same = ['--payment', payment, '--refund', refund]
    expect((await sent(...same)).stderr).toMatch(
      `its ids are those of every such send with --payment ${payment} --refund ${refund}: a shop that had it takes it for a duplicate`,
    )
    expect(events).toHaveLength(1)
    await sent(...same, '--set', 'data.object.status=failed')
    await sent('--payment', payment)
    await sent('--refund', refund)
    expect(new Set(events.map(({ id }) => id)).size).toBe(4)
    expect(events[1]!.refund).toMatchObject({ id: events[0]!.refund!.id })
  })

  test('says that an event with --set is sent again with the same --set alone', async () => {
    const sent = async (...more: string[]) => {
      const args = ['stripe', 'payment_intent.succeeded', '--url', `${base}/stripe`, '--json', '--order', 'ORDER-9']
      const { code, stderr, stdout } = await send([...args, ...more])
      expect(code).toBe(0)
      return { stderr, ...(JSON.parse(stdout) as { payment: string }) }
    }
    const part = ['--set', 'data.object.amount_received=2000']
    const { payment, stderr } = await sent(...part)
    const named = `--payment ${payment}`
    expect(stderr).toContain(
      `its ids are new; --order ORDER-9 ${named} sends it again with the same --set, or else more about this payment\n`,
    )
    expect((await sent('--payment', payment, ...part)).stderr).toContain(
      `its ids are those of every such send with ${named} with the same --set: a shop that had it takes it for a duplicate`,
    )
    expect(events).toHaveLength(1)
    await sent('--payment', payment)
    expect(events).toHaveLength(2)
  })

  test('says how a further refund is told where a provider gives it no name', async () => {
    const args = ['paystack', 'refund.pending', '--url', `${base}/broken`, '--payment', 'p']
    const { stderr } = await send(args, { env: { PAYSTACK_SECRET_KEY: `sk_live_${secret}` } })
    expect(stderr).toMatch(/it does not name its refund, so a further one of the payment has another amount/)
  })

  test.each([
    [
      ['stripe', 'payment_intent.succeeded'],
      '--refund is for samples about a refund, and stripe payment_intent.succeeded is payment.confirmed',
    ],
    [['paystack', 'refund.pending'], 'paystack refund.pending does not name its refund: leave --refund out'],
  ])('refuses --refund for %j', async (sample, told) => {
    const { code, stderr } = await send([...sample, '--url', `${base}/stripe`, '--refund', 'r'])
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)])
    expect(events).toEqual([])
  })

  test('says of a callback that names a payment alone what readBack has to answer', async () => {
    const { stderr } = await send(['mollie', 'classic', '--url', `${base}/broken`, '--order', 'ORDER-9'])
    expect(stderr).toMatch(/it names no order: readBack has to answer a payment of the id that it is asked for/)
  })

  test('--unchecked signs with a secret that the shop insists on as well', async () => {
    const env = { COINS_PH_TOKEN: 'q7-short' }
    const args = ['coins-ph', 'payment.confirmed', '--url', `${base}/insisting`, '--unchecked']
    expect(await send(args, { env })).toMatchObject({ code: 0 })
  })

  test.each([
    ['coins-ph', 'payment.confirmed', '/broken', / says why, and `doctor coins-ph --url http\S+\/broken` looks for/],
    ['city-pay', 'CONFIRMED', '/broken', /^not accepted: the shop's log says why$/m],
    [
      'city-pay',
      'CONFIRMED',
      '/no-shop',
      /^not accepted: 502 is the answer of a proxy .* the log of the proxy has the reason\. /m,
    ],
  ])('says where to look when %s %s is refused', async (provider, event, path, told) => {
    const { code, stderr } = await send([provider, event, '--url', `${base}${path}`])
    expect([code, stderr]).toEqual([1, expect.stringMatching(told)])
  })

  test.each([
    [
      'payment.paid',
      '/mollie-classic',
      400,
      /^not accepted: 400 is what .* other kind .*`send mollie classic`\. Otherwise /m,
    ],
    [
      'classic',
      '/mollie-signed',
      401,
      /^not accepted: 401 is what .* other kind .*`send mollie payment\.paid`\. Other/m,
    ],
    ['payment.paid', '/broken', 500, /^not accepted: the shop's log says why, and `doctor/m],
    ['classic', '/broken', 500, /^not accepted: the shop's log says why$/m],
  ])(
    'says of mollie %s at %s that the address takes the other kind, where %d tells so',
    async (event, path, status, told) => {
      const { code, stdout, stderr } = await send(['mollie', event, '--url', `${base}${path}`])
      expect([code, stdout, stderr]).toEqual([
        1,
        expect.stringMatching(new RegExp(`^${status} `, 'm')),
        expect.stringMatching(told),
      ])
    },
  )

  test.each([
    [[], {}, 'MOLLIE_WEBHOOK_SECRET'],
    [['--secret-stdin'], { input: 'another-secret-of-some-length\n' }, 'the secret on standard input'],
  ])('names the secret to compare where a delivery is not authentic: %j', async (more, options, source) => {
    const env = { MOLLIE_WEBHOOK_SECRET: 'another-secret-of-some-length' }
    const { stderr } = await send(['mollie', 'payment.paid', '--url', `${base}/mollie-signed`, ...more], {
      env,
      ...options,
    })
    const told = `not accepted: 401 means not authentic: compare the shop's secret with ${source}. Otherwise the shop's log`
    expect(stderr).toContain(told)
  })

  test('refuses a field that a sample does not have before anything is sent', async () => {
    const { code, stdout, stderr } = await send([
      'stripe',
      'payment.confirmed',
      '--url',
      `${base}/stripe`,
      '--set',
      'amount=500',
    ])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(
      '--set amount: the sample has no such field. Did you mean data.object.amount, which is 4990?',
    )
    expect(events).toEqual([])
  })

  test('--indented signs what it sends', async () => {
    const args = ['crypto-gateway', 'address.created', '--url', `${base}/gateway`, '--indented']
    expect(await send(args)).toMatchObject({ code: 0 })
    expect(bodies).toEqual([`${JSON.stringify(CATALOGUE['crypto-gateway'].samples['address.created'], null, 2)}\n`])
    expect(events).toHaveLength(1)
  })

  test('--secret-stdin reads the secret, whatever the environment says', async () => {
    const options = { env: { ...SECRETS, GATEWAY_SECRET: 'another-secret-of-some-length' }, input: `${secret}\n` }
    const args = ['send', 'crypto-gateway', 'balance.updated', '--url', `${base}/gateway`, '--secret-stdin']
    expect(await runProcess(args, options)).toMatchObject({ code: 0, stderr: expect.stringMatching(/^its ids /) })
    expect(events).toHaveLength(1)
  })

  test('--secret-stdin names standard input where its secret is unusable', async () => {
    const args = ['crypto-gateway', 'balance.updated', '--url', `${base}/gateway`, '--secret-stdin']
    const { code, stderr } = await send(args, { input: 'q7-short\n' })
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^the secret on standard input has 8 bytes/)])
  })

  test('ends with 1 when it is refused', async () => {
    const env = { COINS_PH_TOKEN: 'another-secret-of-some-length' }
    const { code, stdout } = await send(['coins-ph', 'payment.confirmed', '--url', `${base}/coins`], { env })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^401 +\d+ ms +not authentic$/m)
  })

  test('does not carry its token after a redirect', async () => {
    const { code, stdout } = await send(['coins-ph', 'payment.confirmed', '--url', `${base}/moved`])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^302 /m)
    expect(events).toEqual([])
  })

  test('prints the beginning of any answer, and none of its controls', async () => {
    const { code, stdout } = await send(['coins-ph', 'payment.confirmed', '--url', `${base}/hostile`])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^[\x20-\x7e\n]{1,400}$/)
  })

  test('ends with 3 when nobody answers, and says what to do', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}/coins`
    const { code, stdout, stderr } = await send(['coins-ph', 'payment.confirmed', '--url', url])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toBe(
      `${url} does not answer: nothing listens there (ECONNREFUSED 127.0.0.1:${port}). To fix it, start the server, or correct the host and the port in the URL\n`,
    )
  })

  test('ends with 3 where https is asked of a port that speaks http, and says so', async () => {
    const url = `${base.replace('http:', 'https:')}/coins`
    const { code, stderr } = await send(['coins-ph', 'payment.confirmed', '--url', url])
    expect([code, stderr]).toEqual([3, expect.stringMatching(/does not speak TLS on this port .*\. To fix it, /)])
  })

  test.each([
    [{ isTTY: true }, true],
    [{ isTTY: false }, false],
  ])('paints the status where %j', async (options, isPainted) => {
    const { stdout } = await send(['coins-ph', 'payment.confirmed', '--url', `${base}/coins`], options)
    expect(stdout.includes('\u001b[32m200\u001b[39m')).toBe(isPainted)
  })

  test('ends with 3 where fetch refuses the port, and says so', async () => {
    const { code, stderr } = await send(['coins-ph', 'payment.confirmed', '--url', 'http://127.0.0.1:6000/coins'])
    expect([code, stderr]).toEqual([3, expect.stringContaining('port 6000 belongs to another protocol')])
  })

  test.each([
    [[], {}, /takes a provider and an event/],
    [['coins', 'payment.confirmed'], {}, /no provider "coins"\. Known: .*coins-ph/],
    [['acme-pay', 'paid'], {}, /no provider "acme-pay".* signedRequest\(.*\) of express-payment-webhooks\/testing/],
    [['coins-ph', 'payment.confirmd'], {}, /Did you mean "payment\.confirmed"\?/],
    [['coins-ph', 'payment.confirmed'], {}, /where to\? Pass --url/],
    [['coins-ph', 'payment.confirmed', '--url', 'http://127.0.0.1:1/', '--set', 'x'], {}, /--set takes path=value/],
    [['coins-ph', 'payment.confirmed', '--url', 'http://127.0.0.1:1/', '--timestamped'], {}, /is for crypto-gateway/],
    [['coins-ph', 'payment.confirmed', '--url', 'http://127.0.0.1:1/'], NO_SECRETS, /COINS_PH_TOKEN is not set/],
    [
      ['coinbar-pay', 'SUCCESS', '--url', 'http://127.0.0.1:1/'],
      { COINBAR_CLIENT_ID: '' },
      /COINBAR_CLIENT_ID is not set/,
    ],
    [
      ['coins-ph', 'payment.confirmed', '--url', 'http://127.0.0.1:1/'],
      { COINS_PH_TOKEN: 'q7-short' },
      /^COINS_PH_TOKEN has 8 bytes; .*; if it is the real secret, pass --unchecked/,
    ],
    [
      ['coins-ph', 'payment.confirmed', '--url', 'http://127.0.0.1:1/', '--order', 'A', '--order', 'B'],
      {},
      /^send takes one --order$/m,
    ],
    [
      ['crypto-gateway', 'balance.updated', '--url', 'http://127.0.0.1:1/'],
      { GATEWAY_SECRET: 'your-secret' },
      /^GATEWAY_SECRET looks like a placeholder/,
    ],
    [
      ['coinbar-pay', 'SUCCESS', '--url', 'http://127.0.0.1:1/'],
      { COINBAR_SECRET_KEY: 'q7-short' },
      /^COINBAR_SECRET_KEY has 8 bytes/,
    ],
    [
      ['coinbar-pay', 'SUCCESS', '--url', 'http://127.0.0.1:1/'],
      { COINBAR_CLIENT_ID: 'your-client-id' },
      /^COINBAR_CLIENT_ID is missing, a placeholder/,
    ],
  ])('%j with %j ends with 2 and says why', async (args, env, message) => {
    const { code, stdout, stderr } = await send(args, { env })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('q7-short')
  })
})

describe('--url', () => {
  test.each([
    'https://shop.example/hook?a=b',
    'http://localhost:3000/',
    'http://[::1]:3000/',
    'http://shop.localhost/',
  ])('takes %s', (url) => expect(endpointOf(url).href).toBe(url))

  test.each([
    ['http://shop.example/hook', /must be https, or http on this machine/],
    ['http://127.0.0.1.example/', /must be https/],
    ['http://localhost.example/', /must be https/],
    ['https://user:pass@shop.example/', /must not hold a user name or password/],
    ['file:///etc/passwd', /must be an http or https URL/],
    ['shop', /must be an http or https URL/],
  ])('refuses %s', (url, message) => expect(() => endpointOf(url)).toThrow(message))
})

describe('samples', () => {
  test('lists every provider and event', async () => {
    const { code, stdout } = await runCommand(['samples', '--json'])
    expect(code).toBe(0)
    const listed = (JSON.parse(stdout) as { provider: string; event: string }[]).map((one) => [one.provider, one.event])
    expect(listed).toEqual(
      Object.entries(CATALOGUE).flatMap(([provider, { samples }]) =>
        Object.keys(samples).map((name) => [provider, name]),
      ),
    )
  })

  test('lists those of one provider, one in each line', async () => {
    const { code, stdout } = await runCommand(['samples', 'coins-ph'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^PROVIDER +EVENT +TYPE$/m)
    expect(stdout).toMatch(/^coins-ph +invoice\.fully_paid +payment\.confirmed$/m)
    expect(stdout.trimEnd().split('\n')).toHaveLength(6)
  })

  test('prints one, as it is sent', async () => {
    const { code, stdout } = await runCommand(['samples', 'coinbar-pay', 'payment.refunded'])
    expect([code, JSON.parse(stdout)]).toEqual([0, CATALOGUE['coinbar-pay'].samples['FAILED (refund)']])
  })

  test.each([
    [['coin-ph'], /Did you mean "coins-ph"\?/],
    [['coins-ph', 'x'], /coins-ph has no "x"/],
    [['coins-ph', 'FAILED', '(refund)'], /quote names with blanks/],
  ])('%j ends with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(['samples', ...args])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})
