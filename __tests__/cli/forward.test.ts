/** `forward`: events of a test account reach a shop on this machine once and in order, and no secret is shown. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import { memoryStore, paymentWebhook, RetryLater, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sample } from 'express-payment-webhooks/testing'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { compiledProgram } from '../support/compiled-program.js'
import { freePort } from '../support/free-port.js'
import { forwarding, type Forwarding } from '../support/forwarding.js'
import { listingApi, type Asked } from '../support/listing-api.js'
import { runCommand } from '../support/run-command.js'
import { startServer } from '../support/start-server.js'

jest.setTimeout(60_000)

const SECRET = 'whsec_3kTq8Wd2eZvKYlo2C0f6NcR1m'
const KEY = 'sk_test_51Tq8Wd2eZvKYlo2C9pLx'
const API_KEY = 'q9T4xVb2Lm7Rw3Zk8Ns5'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An account at Stripe with activity. */
async function account(answer?: (asked: Asked) => object | undefined) {
  const events: Record<string, unknown>[] = []
  const api = await listingApi((asked) => {
    const other = answer?.(asked)
    if (other !== undefined) return other
    const [since, until] = ['created[gte]', 'created[lte]'].map((name) => Number(asked.url.searchParams.get(name)))
    const found = events.filter(({ created }) => Number(created) >= since! && Number(created) <= until!)
    return { data: found.reverse(), has_more: false }
  })
  closing.push(api.close)
  const happens = (id: string, more: object = {}) => {
    const created = Math.floor(Date.now() / 1000)
    const event = sample('stripe', 'payment.confirmed', {
      id: `evt_${id}`,
      created,
      livemode: false,
      data: { object: { id: `pi_${id}`, livemode: false, metadata: { order_id: `ORDER-${id}` } } },
    })
    events.push({ ...event, ...more })
  }
  return { happens, api, env: { STRIPE_API_KEY: KEY, STRIPE_WEBHOOK_SECRET: SECRET, STRIPE_API_URL: api.url } }
}

/** A shop that hands every event over to the test. */
async function shop(on: (event: WebhookEvent) => unknown = () => {}, port = 0, secret = SECRET) {
  const handled: string[] = []
  const seen: string[] = []
  const webhook = paymentWebhook(stripe({ secret, mode: 'test' }) as unknown as Provider, {
    store: memoryStore(),
    on: {},
    async onUnhandled(event) {
      await on(event)
      handled.push(`${event.type} ${event.paymentId}`)
    },
    onError: () => {},
    onOutcome: ({ outcome, eventId }) => void seen.push(`${outcome} ${eventId}`),
  })
  const server = await startServer(express().use('/hook', webhook), { port })
  closing.push(() => server.close())
  return { handled, seen, url: `http://127.0.0.1:${server.port}/hook` }
}

function begin(args: readonly string[], env: Record<string, string>, input?: string): Forwarding {
  const running = forwarding(args, env, input)
  closing.push(() => running.stop())
  return running
}

/** So long ago. */
const created = (seconds: number) => ({ created: Math.floor(Date.now() / 1000) - seconds })

const paid = (id: string) => `payment.confirmed pi_${id}`

test('each event reaches the shop once, in the order of the account, and is one line', async () => {
  const { happens, api, env } = await account()
  const { seen, url } = await shop()
  const command = begin(['stripe', '--url', url], env)
  await command.until(() => api.asked.length > 0)
  for (const id of ['a', 'b', 'c']) happens(id)
  await command.until(() => command.lines.length === 3)
  const asked = api.asked.length
  await command.until(() => api.asked.length > asked + 2)
  expect(await command.stop()).toBe(0)
  expect(seen).toEqual(['a', 'b', 'c'].map((id) => `unhandled stripe:evt_${id}`))
  expect(command.lines).toEqual(['a', 'b', 'c'].map((id) => `payment.confirmed | pi_${id} | ORDER-${id} | 200`))
  expect(command.stderr).toContain('3 events, 3 taken\n')
  expect(command.stderr).toContain("the shop accepts these if it has mode: 'test'")
})

test('what happened before it began is left alone, but with --since', async () => {
  const { happens, api, env } = await account()
  const { handled, url } = await shop()
  happens('old', created(300))
  const now = begin(['stripe', '--url', url], env)
  await now.until(() => api.asked.length > 2)
  expect([await now.stop(), handled]).toEqual([0, []])
  const since = begin(['stripe', '--url', url, '--since', '10m'], env)
  const asked = api.asked.length
  await since.until(() => since.lines.length === 1 && api.asked.length > asked + 1)
  expect([await since.stop(), handled]).toEqual([0, [paid('old')]])
})

test('a repeat that counts down its pending webhooks is no second event', async () => {
  const { happens, api, env } = await account()
  const { seen, url } = await shop()
  const command = begin(['stripe', '--url', url], env)
  await command.until(() => api.asked.length > 0)
  happens('a')
  await command.until(() => seen.length === 1)
  happens('a', { pending_webhooks: 0 })
  const asked = api.asked.length
  await command.until(() => api.asked.length > asked + 2)
  expect(seen).toEqual(['unhandled stripe:evt_a'])
})

test('what the shop refuses is shown, sent again until it is taken, and holds up nothing', async () => {
  const { happens, api, env } = await account()
  let isReady = false
  const { handled, url } = await shop(({ paymentId }) => {
    if (paymentId === 'pi_a' && !isReady) throw new RetryLater('not yet')
  })
  const command = begin(['stripe', '--url', url], env)
  await command.until(() => api.asked.length > 0)
  happens('a')
  happens('b')
  await command.until(() => command.lines.length >= 4)
  expect(handled).toEqual([paid('b')])
  isReady = true
  await command.until(() => / 200 at attempt /.test(command.stdout))
  expect(await command.stop()).toBe(0)
  // Which of the two lines comes first depends on how soon the shop answers.
  expect(command.lines.filter((line) => line.includes('ORDER-a')).slice(0, 2)).toEqual([
    'payment.confirmed | pi_a | ORDER-a | 503 again in 1 s',
    'payment.confirmed | pi_a | ORDER-a | 503 again in 2 s',
  ])
  expect(command.lines.slice(0, -1)).toContain('payment.confirmed | pi_b | ORDER-b | 200')
  expect(command.lines.at(-1)).toMatch(/^payment\.confirmed \| pi_a \| ORDER-a \| 200 at attempt \d+$/)
  expect(command.stderr).toContain('the shop says: retry later\n')
})

test('of a shop that refuses everything, no more than a hundred wait, and none is lost', async () => {
  const { happens, api, env } = await account()
  let isReady = false
  const { handled, url } = await shop(() => {
    if (!isReady) throw new RetryLater('not yet')
  })
  const command = begin(['stripe', '--url', url], env)
  await command.until(() => api.asked.length > 0)
  const ids = Array.from({ length: 150 }, (_, at) => String(at))
  ids.forEach((id) => happens(id))
  const refused = () => new Set(command.lines.map((line) => line.split(' | ')[1]))
  await command.until(() => refused().size >= 100)
  const printed = command.lines.length
  await command.until(() => command.lines.length > printed + 100)
  expect(refused().size).toBe(100)
  isReady = true
  await command.until(() => handled.length === 150)
  await command.until(() => (command.stdout.match(/ 200 ?/g) ?? []).length === 150)
  expect(await command.stop()).toBe(0)
  expect(handled.sort()).toEqual(ids.map(paid).sort())
})

test('while the shop is down everything waits, and comes in its order', async () => {
  const { happens, api, env } = await account()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/hook`
  const command = begin(['stripe', '--url', url], env)
  await command.until(() => api.asked.length > 0)
  for (const id of ['a', 'b', 'c']) happens(id)
  await command.until(() => command.stderr.includes('nothing listens there'))
  const { handled } = await shop(() => {}, port)
  await command.until(() => command.lines.length === 3)
  expect(await command.stop()).toBe(0)
  expect(handled).toEqual(['a', 'b', 'c'].map(paid))
  expect(command.lines).toHaveLength(3)
  expect(command.stderr.match(/nothing listens there/g)).toHaveLength(1)
})

test('Ctrl-C while the shop is down ends it, and says how to get the rest', async () => {
  const { happens, api, env } = await account()
  const command = begin(['stripe', '--url', `http://127.0.0.1:${await freePort()}/hook`], env)
  await command.until(() => api.asked.length > 1)
  happens('a')
  happens('b')
  await command.until(() => command.stderr.includes('nothing listens there'))
  expect(await command.stop()).toBe(1)
  const [, taken, since] = /1 events, (\d) taken, 1 not taken: --since (\S+) sends them again/.exec(command.stderr)!
  expect(taken).toBe('0')
  expect(Date.parse(since!)).toBeLessThanOrEqual(Date.now())
})

test('a shop with another secret is told of', async () => {
  const { happens, api, env } = await account()
  const { url } = await shop(() => {}, 0, 'whsec_another0another0another0anoth')
  const command = begin(['stripe', '--url', url], env)
  await command.until(() => api.asked.length > 0)
  happens('a')
  await command.until(() => command.lines.length > 0)
  expect(await command.stop()).toBe(1)
  expect(command.lines[0]).toContain('401 again in 1 s')
  expect(command.stderr).toContain('does the shop have the same secret as STRIPE_WEBHOOK_SECRET?')
  expect(command.stdout + command.stderr).not.toContain(SECRET)
})

test('--json prints one object a line, and --secret-stdin reads the secret', async () => {
  const { happens, api, env } = await account()
  const { url } = await shop()
  const args = ['stripe', '--url', url, '--json', '--secret-stdin']
  const command = begin(args, { ...env, STRIPE_WEBHOOK_SECRET: '' }, `${SECRET}\n`)
  await command.until(() => api.asked.length > 0)
  happens('a')
  await command.until(() => command.stdout !== '')
  expect(await command.stop()).toBe(0)
  const [line, ...more] = command.stdout.trimEnd().split('\n')
  expect(more).toEqual([])
  expect(JSON.parse(line!)).toMatchObject({
    type: 'payment.confirmed',
    paymentId: 'pi_a',
    orderId: 'ORDER-a',
    status: 200,
    attempts: 1,
    againInMs: null,
  })
})

describe('the API', () => {
  test('a key that is refused ends it, and names its variable but not the key', async () => {
    const { env } = await account(() => ({ status: 401 }))
    const command = begin(['stripe', '--url', 'http://127.0.0.1:1/hook'], env)
    expect(await command.ended).toBe(3)
    expect(command.stderr).toMatch(/answered with status 401; is the key right.*STRIPE_API_KEY/)
    expect(command.stdout + command.stderr).not.toContain(KEY)
  })

  test('a pause that it asks for is told of, and kept', async () => {
    let isBusy = true
    const busy = { status: 429, headers: { 'retry-after': '0' } }
    const { happens, env } = await account(({ headers }) => {
      expect(headers.authorization).toBe(`Bearer ${KEY}`)
      if (!isBusy) return undefined
      isBusy = false
      return busy
    })
    const { handled, url } = await shop()
    const command = begin(['stripe', '--url', url], env)
    await command.until(() => command.stderr.includes('asks for a pause (429)'))
    happens('a')
    await command.until(() => command.lines.length === 1)
    expect([await command.stop(), handled]).toEqual([0, [paid('a')]])
  })

  test('trouble that comes later is told of once, and passes', async () => {
    let isBroken = false
    const { happens, api, env } = await account(() => (isBroken ? { status: 400 } : undefined))
    const { handled, url } = await shop()
    const command = begin(['stripe', '--url', url], env)
    await command.until(() => api.asked.length > 0)
    isBroken = true
    const asked = api.asked.length
    await command.until(() => api.asked.length > asked + 1)
    isBroken = false
    happens('a')
    await command.until(() => command.lines.length === 1)
    expect([await command.stop(), handled]).toEqual([0, [paid('a')]])
    expect(command.stderr.match(/answered with status 400/g)).toHaveLength(1)
  })

  test.each([
    ['refuses the key', { status: 401 }, 3, /answered with status 401/],
    [
      'lists a real payment',
      { data: [sample('stripe', 'payment.confirmed', { livemode: true })], has_more: false },
      2,
      /lists a real payment/,
    ],
  ])('that %s in the middle of the first look ends it, with how to go on', async (_, answer, code, why) => {
    const anHourAgo = Date.now() / 1000 - 3600
    const { happens, env } = await account(({ url }) =>
      Number(url.searchParams.get('created[lte]')) > anHourAgo ? answer : undefined,
    )
    const { handled, url } = await shop()
    happens('a', created(2 * 3600))
    const command = begin(['stripe', '--url', url, '--since', '3h'], env)
    expect([await command.ended, handled]).toEqual([code, [paid('a')]])
    const [, since, error] = /1 events, 1 taken, not all listed: --since (\S+) goes on\n(.*)/.exec(command.stderr)!
    expect(Date.parse(since!)).toBeLessThan(Date.now() - 2 * 3_600_000)
    expect(error).toMatch(why)
  })

  test('a first look that Ctrl-C cuts short leaves something to go on with', async () => {
    const anHourAgo = Date.now() / 1000 - 3600
    const busy = { status: 429, headers: { 'retry-after': '60' } }
    const { happens, env } = await account(({ url }) =>
      Number(url.searchParams.get('created[lte]')) > anHourAgo ? busy : undefined,
    )
    const { handled, url } = await shop()
    happens('a', created(2 * 3600))
    const command = begin(['stripe', '--url', url, '--since', '3h'], env)
    await command.until(() => command.stderr.includes('asks for a pause (429)'))
    expect([await command.stop(), handled]).toEqual([1, [paid('a')]])
    expect(command.stderr).toMatch(/1 events, 1 taken, not all listed: --since \S+ goes on\n$/)
  })

  test('trouble that lasts until Ctrl-C leaves something to go on with', async () => {
    let isBroken = false
    const { api, env } = await account(() => (isBroken ? { status: 400 } : undefined))
    const command = begin(['stripe', '--url', 'http://127.0.0.1:1/hook'], env)
    await command.until(() => api.asked.length > 0)
    isBroken = true
    await command.until(() => command.stderr.includes('It is asked again'))
    expect(await command.stop()).toBe(1)
    expect(command.stderr).toMatch(/0 events, 0 taken, not all listed: --since \S+ goes on\n$/)
  })

  test('a real payment ends it, whatever the key looks like', async () => {
    const { happens, api, env } = await account()
    const { handled, url } = await shop()
    const command = begin(['stripe', '--url', url], env)
    await command.until(() => api.asked.length > 0)
    happens('a', { livemode: true })
    expect(await command.ended).toBe(2)
    expect(command.stderr).toContain('stripe lists a real payment with this key')
    expect(handled).toEqual([])
  })
})

test('Ctrl-C ends the process, with its summary', async () => {
  const { happens, api, env } = await account()
  const { handled, url } = await shop()
  const main = compiledProgram(path.join(__dirname, '../../src/cli/main.ts'))
  const command = spawn(process.execPath, [main, 'forward', 'stripe', '--url', url], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'pipe',
  })
  closing.push(() => command.kill('SIGKILL'))
  let stderr = ''
  command.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  while (api.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  happens('a')
  while (handled.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  command.kill('SIGINT')
  expect(await once(command, 'close')).toEqual([0, null])
  expect(stderr).toMatch(/1 events, 1 taken\n$/)
})

describe('the command line', () => {
  const env = { STRIPE_API_KEY: KEY, STRIPE_WEBHOOK_SECRET: SECRET }
  const to = ['--url', 'http://127.0.0.1:3000/hook']
  const SANDBOXES = [
    {
      name: 'paypal',
      variable: 'PAYPAL_API_URL',
      rest: { PAYPAL_CLIENT_ID: 'client', PAYPAL_CLIENT_SECRET: API_KEY, PAYPAL_WEBHOOK_ID: '8PT597110X687430L' },
      live: ['https://api-m.paypal.com', 'https://api.paypal.com:443/', 'https://API-M.PayPal.com./v1'],
    },
    {
      name: 'square',
      variable: 'SQUARE_API_URL',
      rest: {
        SQUARE_ACCESS_TOKEN: API_KEY,
        SQUARE_SIGNATURE_KEY: API_KEY,
        SQUARE_NOTIFICATION_URL: 'https://shop.example/hook',
      },
      live: ['https://connect.squareup.com/', 'https://connect.squareup.com:443', 'https://connect.squareup.com.'],
    },
  ]
  const LIVE_APIS = SANDBOXES.flatMap(({ name, variable, rest, live }) =>
    live.map(
      (url) =>
        [[name, ...to], { ...rest, [variable]: url }, new RegExp(`${variable} is the API for real payments`)] as const,
    ),
  )

  test.each([
    [[], {}, /takes one provider: .*stripe/],
    [['stripe', 'square'], {}, /takes one provider/],
    [['stripe'], env, /where to\? Pass --url/],
    [['stripe', '--url', 'https://shop.example/hook'], env, /--url must be on this machine/],
    [['stripe', '--url', 'http://192.168.0.7/hook'], env, /--url must be https, or http on this machine/],
    [['stripe', ...to, '--since', 'yesterday'], env, /--since must be/],
    [['stripe', ...to, '--since', '40d'], env, /stripe lists nothing from before/],
    [['stripe', ...to, '--payment', 'pi_1'], env, /--payment is not for stripe/],
    [['stripe', ...to, '--timestamped'], env, /--timestamped is for crypto-gateway/],
    [['stripe', ...to], { STRIPE_API_KEY: KEY }, /STRIPE_WEBHOOK_SECRET is not set/],
    [['stripe', ...to], { STRIPE_WEBHOOK_SECRET: SECRET }, /STRIPE_API_KEY is not set/],
    [['stripe', ...to], { ...env, STRIPE_API_KEY: 'sk_live_51Tq8Wd2eZvKYlo' }, /STRIPE_API_KEY is a key for real/],
    [['stripe', ...to], { ...env, STRIPE_API_KEY: 'rk_live_51Tq8Wd2eZvKYlo' }, /STRIPE_API_KEY is a key for real/],
    [['stripe', ...to], { ...env, STRIPE_API_KEY: 'q7-short' }, /^STRIPE_API_KEY has 8 bytes/],
    [
      ['stripe', ...to],
      { ...env, STRIPE_WEBHOOK_SECRET: 'q7-short' },
      /^STRIPE_WEBHOOK_SECRET has 8 bytes.*pass --unchecked/,
    ],
    [['stripe', ...to], { ...env, STRIPE_API_URL: 'http://api.example' }, /^STRIPE_API_URL must be an https address/],
    [['mollie', ...to], { MOLLIE_API_KEY: 'live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM' }, /MOLLIE_API_KEY is a key for real/],
    ...LIVE_APIS,
    [['coins-ph', ...to], {}, /lists nothing without a payment's id.*--payment <id of an invoice>/],
    [['city-pay', ...to], {}, /city-pay cannot be forwarded: only the shop has the tokens/],
    [['adyen', ...to], {}, /adyen cannot be forwarded: its API lists nothing.*use a tunnel/],
  ])('%j is refused', async (args, environment, message) => {
    const { code, stdout, stderr } = await runCommand(['forward', ...args], { env: environment })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)])
    expect(stderr).not.toMatch(/q7-short|live_[a-zA-Z0-9]|sk_test/)
  })
})
