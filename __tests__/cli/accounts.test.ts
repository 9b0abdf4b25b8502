/** The command plays every provider against a shop on this package. */
import { describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryStore, paymentWebhook, RetryLater, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { openOrder, orderUpdates } from 'express-payment-webhooks/orders'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { sample } from 'express-payment-webhooks/testing'
import { accountOf, freshSample, SAMPLE_PROVIDERS, samplesOf } from '../../src/testing/sample.js'
import type { SampleAccount } from '../../src/testing/samples/account.js'
import { BUILT_IN, secret as BUILT_IN_SECRET, WEBHOOK_ID } from '../support/built-in-providers.js'
import { checkShop, listen } from '../support/check-endpoint.js'
import { runCommand } from '../support/run-command.js'

jest.setTimeout(60_000)

const secret = '8c02e6b7d1f94a3581e7c60b2d4f9a3c8c02e6b7d1f94a3581e7c60b2d4f9a3c'

/** An address must look like an address. */
const valueOf = ({ secret: secretOption }: SampleAccount, option: string) =>
  option === secretOption ? secret : (VALUES[option] ?? `own-${option}-8c02e6b7d1f9`)

const named = SAMPLE_PROVIDERS.map((name) => ({ name, account: accountOf(name) }))
/** The shop reads back the subject of these providers' callbacks, so each sample needs a shop of its own. */
const READ_BACK = ['city-pay', 'coingate', 'opennode', 'paypal']
const playable = named.filter(({ name }) => !READ_BACK.includes(name))
const VALUES: Readonly<Record<string, string>> = {
  url: 'https://shop.example/hook',
  mode: 'live',
  webhookId: WEBHOOK_ID,
}

/** The variables of the account, and with `isWhole` also the optional ones that a shop may require. */
const variablesOf = ({ options, optional }: SampleAccount, isWhole = false) =>
  Object.entries({ ...options, ...(isWhole && optional) })

const environment = (account: SampleAccount, isWhole = false) =>
  Object.fromEntries(variablesOf(account, isWhole).map(([option, variable]) => [variable, valueOf(account, option)]))

async function providerOf(account: SampleAccount, timestamped: boolean, isWhole = false): Promise<Provider> {
  const options = Object.fromEntries(
    variablesOf(account, isWhole).map(([option]) => [option, valueOf(account, option)]),
  )
  return (await account.load())({ options, timestamped, testMode: false, now: Date.now }) as Provider
}

/** A shop that accepts one payment per order by the rules of the package, and finds orders by their payments first. */
async function orderShopOf(account: SampleAccount, timestamped: boolean, orderIds: readonly string[]) {
  const provider = await providerOf(account, timestamped)
  const orders = new Map<string, ReturnType<typeof openOrder>>()
  const orderOfPayment = new Map<string, string>()
  let shipped = 0
  const { expireOverdue: _clock, ...on } = orderUpdates({
    find({ orderId, paymentIds, expected, received }) {
      const known = paymentIds.map((name) => orderOfPayment.get(name)).find((name) => name !== undefined)
      const name = known ?? orderIds.find((one) => one === orderId)
      if (name === undefined) return null
      const { amount, currency } = (expected ?? received)!
      const payments = [{ provider: provider.name, paymentId: null }]
      return orders.get(name) ?? openOrder({ orderId: name, expected: { amount, currency }, payments })
    },
    save(order, { firstConfirmed, learned }) {
      orders.set(order.orderId, order)
      for (const { paymentId } of learned) orderOfPayment.set(paymentId, order.orderId)
      if (firstConfirmed) shipped++
      return true
    },
  })
  return express()
    .get('/effects', (_req, res) => void res.type('text').send(`${shipped}`))
    .use('/hook', paymentWebhook(provider, { store: memoryStore(), on: on, onError: () => {} }))
}

/** A shop with the account that the environment describes, and one order. */
async function shopOf(account: SampleAccount, timestamped: boolean, isWhole = false) {
  const provider = await providerOf(account, timestamped, isWhole)
  const events: WebhookEvent[] = []
  const webhook = paymentWebhook(provider, {
    store: memoryStore(),
    on: {},
    onUnhandled(event) {
      if (event.orderId?.startsWith('no-such-order') === true) throw new RetryLater('order not stored yet')
      events.push(event)
    },
    onError: () => {},
  })
  const app = express()
    .get('/effects', (_req, res) => void res.type('text').send(`${events.length}`))
    .use('/hook', webhook)
  return { app, events, accepted: provider.answers.accepted }
}

const modes = playable.flatMap(({ name, account }) =>
  account.signsTime === 'timestamped'
    ? [
        { name, account, args: [] },
        { name, account, args: ['--timestamped'] },
      ]
    : [{ name, account, args: [] }],
)

describe.each(modes)('$name $args', ({ name, account, args }) => {
  test('send has every sample accepted, and names its type', async () => {
    const { app, events, accepted } = await shopOf(account, args.length > 0)
    const url = `${await listen(app)}/hook`
    const samples = samplesOf(name).filter((sample) => accountOf(name, sample.name) === account)
    for (const sample of samples) {
      const command = ['send', name, sample.name, '--url', url, '--json', ...args]
      const { stdout, stderr } = await runCommand(command, { env: environment(account) })
      expect(stdout + stderr).not.toContain(secret)
      const { type, answers } = JSON.parse(stdout) as { type: string; answers: readonly { status: number }[] }
      expect({ sample: sample.name, answers }).toMatchObject({ answers: [{ status: accepted.status }] })
      expect(type).toBe(sample.type)
    }
    expect(new Set(events.map((event) => event.type))).toEqual(new Set(samples.map((sample) => sample.type)))
  })

  test('send with the same --payment sends the same event', async () => {
    const { app, events } = await shopOf(account, args.length > 0)
    const url = `${await listen(app)}/hook`
    const own = samplesOf(name).filter((sample) => accountOf(name, sample.name) === account)
    for (const sample of own) {
      const refund = freshSample(name, sample.name, {}).namesRefund ? ['--refund', 'r'] : []
      const command = ['send', name, sample.name, '--url', url, '--payment', sample.name, ...refund, ...args]
      const before = events.length
      for (const order of ['ORDER-7', 'ORDER-7']) {
        expect((await runCommand([...command, '--order', order], { env: environment(account) })).code).toBe(0)
        expect({ sample: sample.name, events: events.length }).toEqual({ sample: sample.name, events: before + 1 })
      }
    }
  })

  if (account.secret === null) return
  test('another secret is refused', async () => {
    const { app, events } = await shopOf(account, args.length > 0)
    const [sample] = samplesOf(name)
    const env = { ...environment(account), [account.options[account.secret!]!]: secret.replaceAll('8', '7') }
    const command = ['send', name, sample!.name, '--url', `${await listen(app)}/hook`, '--json', ...args]
    const { code, stdout } = await runCommand(command, { env })
    expect(code).toBe(1)
    expect((JSON.parse(stdout) as { answers: { status: number }[] }).answers[0]!.status).toBeGreaterThanOrEqual(400)
    expect(events).toEqual([])
  })

  if (account.examined !== undefined) {
    test('doctor finds nothing wrong', async () => {
      const { app } = await shopOf(account, args.length > 0)
      const { code, found } = await checkShop(() => app, name, args, environment(account))
      expect({ code, found }).toEqual({ code: 0, found: [] })
    })
  }

  // The shop decides what a body of Standard Webhooks means.
  if (account.examined !== undefined && name !== 'standard-webhooks') {
    test('doctor sees the effects of three orders that are paid once each', async () => {
      const orders = ['LAMP-1', 'LAMP-2', 'LAMP-3']
      const shop = await orderShopOf(account, args.length > 0, orders)
      const named = orders.flatMap((order) => ['--order', order])
      const { code, found, skipped } = await checkShop(() => shop, name, [...args, ...named], environment(account))
      expect({ code, found, skipped }).toEqual({ code: 0, found: [], skipped: [] })
    })
  }
})

test.each(named.filter(({ name }) => READ_BACK.includes(name)))(
  '$name: send with the same --payment sends the same body',
  async ({ name, account }) => {
    const bodies: string[] = []
    const app = express().use(express.text({ type: () => true }), (req, res) => {
      bodies.push(req.body as string)
      res.end()
    })
    const url = `${await listen(app)}/hook`
    for (const { name: event } of samplesOf(name)) {
      const refund = freshSample(name, event, {}).namesRefund ? ['--refund', 'r'] : []
      const command = ['send', name, event, '--url', url, '--order', 'ORDER-7', '--payment', 'p', ...refund]
      for (const _time of [1, 2]) expect((await runCommand(command, { env: environment(account) })).code).toBe(0)
      const [first, second] = bodies.splice(0)
      expect(second).toBe(first)
    }
  },
)

describe.each(playable.filter(({ account }) => account.optional !== undefined))(
  'a shop that asks for more than the secret: $name',
  ({ name, account }) => {
    const sent = (url: string, env: Record<string, string>, more: readonly string[] = []) =>
      runCommand(['send', name, samplesOf(name)[0]!.name, '--url', url, ...more], { env })
    const further = Object.values(account.optional!)

    test('is sent it by send and doctor, where it is set', async () => {
      const { app, events } = await shopOf(account, false, true)
      expect(await sent(`${await listen(app)}/hook`, environment(account, true))).toMatchObject({ code: 0 })
      expect(events).toHaveLength(1)
      const { code, found } = await checkShop(() => app, name, [], environment(account, true))
      expect({ code, found }).toEqual({ code: 0, found: [] })
    })

    test('is sent it by --unchecked as well, where it is short', async () => {
      const short = { ...environment(account, true), [account.optional![account.secondSecret!]!]: 'word' }
      const url = 'http://127.0.0.1:1/'
      expect(await sent(url, short)).toMatchObject({ code: 2, stderr: expect.stringContaining('--unchecked') })
      expect(await sent(url, short, ['--unchecked'])).toMatchObject({ code: 3 })
    })

    test('refuses without it, and neither command calls that a wrong secret', async () => {
      const { app } = await shopOf(account, false, true)
      const base = await listen(app)
      const { code, stderr } = await sent(`${base}/hook`, environment(account))
      expect(code).toBe(1)
      for (const variable of further) expect(stderr).toContain(variable)
      expect(stderr).toMatch(/not set here/)
      const { found, checks } = await checkShop(() => app, name, [], environment(account))
      expect(found).toEqual(['wrong or missing credentials'])
      for (const variable of further) expect(checks[0]!.fault!.fix).toContain(variable)
    })

    test('has its variables in the help of both commands', async () => {
      for (const command of ['send', 'doctor'])
        for (const variable of further)
          expect((await runCommand([command, '--help'])).stdout).toContain(`[${variable}]`)
    })
  },
)

test('half of a log-in is refused, by the variable that is missing', async () => {
  const account = accountOf('adyen')
  const url = 'http://127.0.0.1:1/hook'
  const withOne = (variable: string) => ({ ...environment(account), [variable]: 'shop-8c02e6b7d1f94a35' })
  const sent = (env: Record<string, string>) => runCommand(['send', 'adyen', 'CAPTURE', '--url', url], { env })
  expect((await sent(withOne('ADYEN_WEBHOOK_USER'))).stderr).toMatch(/^ADYEN_WEBHOOK_PASSWORD is missing or empty/)
  expect((await sent(withOne('ADYEN_WEBHOOK_PASSWORD'))).stderr).toMatch(/^ADYEN_WEBHOOK_USER must be the user name/)
})

test('PayPal is played in live mode where none is named, as the shop has it', async () => {
  const env = { PAYPAL_WEBHOOK_ID: WEBHOOK_ID }
  const sent = (more: object) =>
    runCommand(['send', 'paypal', 'payment.confirmed', '--url', 'http://127.0.0.1:1/'], { env: { ...env, ...more } })
  expect(await sent({})).toMatchObject({ code: 3 })
  expect((await sent({ PAYPAL_MODE: 'test' })).stderr).toMatch(/^PAYPAL_MODE must be 'live' or 'sandbox'/)
  expect((await runCommand(['send', '--help'])).stdout).toMatch(
    /PAYPAL_MODE is the shop's\s+`mode`, live \(the\s+default\) or\s+sandbox/,
  )
})

describe.each(named)('the set-up block of the page of $name', ({ name, account }) => {
  const page = readFileSync(join(__dirname, `../../docs/providers/${name}.md`), 'utf8')
  const [, setUp = ''] = /^## Set-up\n([^]*?)^## /m.exec(page) ?? []
  const used = [...setUp.matchAll(/process\.env\.(\w+)/g)].map(([, variable]) => variable!)
  const known = variablesOf(account, true).map(([, variable]) => variable)

  test('reads nothing but what send knows, and what only a client of the API or of its keys needs', () => {
    const { readBack, testKeys } = accountOf(name, name === 'mollie' ? 'classic' : '')
    const asks = readBack !== undefined || testKeys !== undefined
    const isForClient = (variable: string) =>
      asks && /_(API_KEY|API_TOKEN|CLIENT_ID|CLIENT_SECRET)$|^BINANCE_PAY_/.test(variable)
    expect(used.length).toBeGreaterThan(name === 'city-pay' ? -1 : 0)
    expect(used.filter((variable) => !known.includes(variable) && !isForClient(variable))).toEqual([])
  })

  test('has a page that names each further variable of the command', () => {
    const named = Object.values(account.optional ?? {}).filter((variable) => !page.includes(variable))
    expect(named).toEqual([])
  })
})

test('doctor without a secret for Mollie says how a classic webhook is tried', async () => {
  const { code, stderr } = await runCommand(['doctor', 'mollie', '--url', 'http://127.0.0.1:1/hook'], { env: {} })
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^MOLLIE_WEBHOOK_SECRET is not set.*signed \(next-gen\).*`send mollie classic`/),
  ])
})

test('send without a secret for Mollie says so as well, and of another provider nothing of kinds', async () => {
  const url = 'http://127.0.0.1:1/hook'
  const sent = (name: string) => runCommand(['send', name, 'payment.confirmed', '--url', url], { env: {} })
  expect((await sent('mollie')).stderr).toMatch(/^MOLLIE_WEBHOOK_SECRET is not set.*`send mollie classic`/)
  expect((await sent('coins-ph')).stderr).toMatch(/^COINS_PH_TOKEN is not set: .*with --secret-stdin\n$/)
})

describe('doctor at a webhook of Mollie', () => {
  const doctorAt = async (provider: Provider) => {
    const webhook = paymentWebhook(provider, { store: memoryStore(), on: {}, onError: () => {} })
    const url = `${await listen(express().use('/hook', webhook))}/hook`
    return runCommand(['doctor', 'mollie', '--url', url], { env: { MOLLIE_WEBHOOK_SECRET: secret } })
  }
  const folded = (text: string) => text.replaceAll(/\s+/g, ' ')

  test('that takes classic callbacks suspects that, and says in its report how to examine it', async () => {
    const { code, stdout } = await doctorAt(mollie({ readBack: async () => null }))
    expect([code, stdout]).toEqual([1, expect.stringContaining('\nfound: another kind of webhook; ')])
    expect(folded(stdout)).toMatch(/genuine delivery: 400 400 another kind of webhook: .* fix: .*`send mollie classic`/)
    expect(stdout).not.toContain('wrong secret')
  })

  test('that is signed with another secret calls it that, and says in its report what it did not examine', async () => {
    const { stdout } = await doctorAt(mollie({ secret: secret.replaceAll('8', '7') }))
    expect(stdout).toMatch(/\nfound: wrong secret; /)
    expect(folded(stdout)).toMatch(/not checked This is for signed \(next-gen\) webhooks\. .*`send mollie classic` $/)
  })
})

describe('send says what the shop asks the provider, and what that makes of a made-up id:', () => {
  const url = 'http://127.0.0.1:1/hook'
  const noteOf = async (provider: string, event: string, env: Record<string, string> = {}) =>
    (await runCommand(['send', provider, event, '--url', url], { env })).stderr

  test.each(['city-pay', 'coingate', 'opennode', 'paypal', 'xendit', 'btcpay-server'])('%s', async (name) => {
    const env = { ...environment(accountOf(name)), OPENNODE_API_KEY: BUILT_IN_SECRET }
    expect(await noteOf(name, 'payment.confirmed', env)).toMatch(
      new RegExp(
        `the shop reads back what this names: .*: node_modules/express-payment-webhooks/docs/providers/${name}\\.md#testing`,
      ),
    )
  })

  test('a classic callback of Mollie, and no signed one', async () => {
    expect(await noteOf('mollie', 'classic')).toMatch(
      /it asks Mollie's API, .* made up\. There a payment that Mollie does not know is acknowledged, and runs no handler\. .* a readBack/,
    )
    expect(await noteOf('mollie', 'payment.paid', { MOLLIE_WEBHOOK_SECRET: secret })).not.toContain('reads back')
  })
})

test('send has a classic callback of Mollie read back, and needs no secret for it', async () => {
  const read: string[] = []
  const provider = mollie({
    readBack: async (id) => {
      read.push(id)
      return { ...sample('mollie', 'payment.paid')._embedded.entity, id }
    },
  })
  const events: WebhookEvent[] = []
  const on = { 'payment.confirmed': (event: WebhookEvent) => void events.push(event) }
  const url = `${await listen(express().use('/hook', paymentWebhook(provider, { store: memoryStore(), on })))}/hook`
  const { code, stderr } = await runCommand(['send', 'mollie', 'classic', '--url', url, '--payment', 'p'])
  expect([code, stderr]).toEqual([0, expect.stringContaining('it names no order')])
  expect(events.map(({ paymentId }) => paymentId)).toEqual(read)
  expect(read).toEqual([expect.stringMatching(/^tr_[1-9A-Za-z]{22}$/)])
})

describe.each(named.filter(({ name }) => READ_BACK.includes(name)))('$name', ({ name, account }) => {
  test('send has every sample read back, and accepted', async () => {
    for (const sample of samplesOf(name)) {
      const provider = BUILT_IN[name]!.create(sample.name)
      const events: WebhookEvent[] = []
      const onUnhandled = (event: WebhookEvent) => void events.push(event)
      const webhook = paymentWebhook(provider, { store: memoryStore(), on: {}, onUnhandled, onError: () => {} })
      const url = `${await listen(express().use('/hook', webhook))}/hook`
      const env = { ...environment(account), OPENNODE_API_KEY: BUILT_IN_SECRET }
      const { code, stdout } = await runCommand(['send', name, sample.name, '--url', url, '--json'], { env })
      expect({
        sample: sample.name,
        code,
        answers: (JSON.parse(stdout) as { answers: unknown }).answers,
      }).toMatchObject({
        code: 0,
        answers: [{ status: provider.answers.accepted.status }],
      })
      expect(events).toMatchObject([{ type: sample.type }])
    }
  })
})

describe.each(named)('$name', ({ name, account }) => {
  test('samples lists every event, and prints each payload', async () => {
    const { stdout } = await runCommand(['samples', name])
    for (const sample of samplesOf(name)) {
      expect(stdout).toContain(sample.name)
      const printed = await runCommand(['samples', name, sample.name])
      expect(JSON.parse(printed.stdout)).toEqual(sample.payload)
    }
  })

  if (account.examined === undefined) {
    test('doctor says that it cannot play it', async () => {
      const { code, stderr } = await runCommand(['doctor', name, '--url', 'http://127.0.0.1:1/'])
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(`^doctor cannot play "${name}"\\. [^]* Try it with \`send ${name}\``),
      ])
    })
  }

  if (account.testKeys !== undefined) {
    test('send says what the shop has to be given', async () => {
      const command = ['send', name, samplesOf(name)[0]!.name, '--url', `${await listen(express())}/hook`]
      const { stderr } = await runCommand(command, { env: environment(account) })
      expect(stderr).toContain(`the shop accepts it if it has testKeys: ${account.testKeys!}`)
    })
  }
})

test('the pages name every provider that doctor cannot play', () => {
  const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8')
  const [, list = ''] = /^`doctor` does not play (.*?): /ms.exec(page) ?? []
  const excluded = named.filter(({ account }) => account.examined === undefined).map(({ name }) => name)
  expect([...list.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name).sort()).toEqual(excluded.sort())
})

test('all twenty-five are here', () => {
  expect(named).toHaveLength(25)
  expect(named.map(({ name }) => name).sort()).toEqual(
    [...new Set(Object.values(BUILT_IN).map((row) => row.provider))].sort(),
  )
})
