/** `send --forged`: a spoiled proof for every provider that has one, and the verdict on the shop's answer. */
import { describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import { memoryStore, paymentWebhook, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { accountOf, SAMPLE_PROVIDERS, samplesOf } from '../../../src/testing/sample.js'
import { BUILT_IN, secret as BUILT_IN_SECRET, WEBHOOK_ID } from '../../support/built-in-providers.js'
import { listen } from '../../support/check-endpoint.js'
import { runCommand } from '../../support/run-command.js'

jest.setTimeout(60_000)

const secret = '8c02e6b7d1f94a3581e7c60b2d4f9a3c8c02e6b7d1f94a3581e7c60b2d4f9a3c'
const VALUES: Readonly<Record<string, string>> = {
  url: 'https://shop.example/hook',
  mode: 'live',
  webhookId: WEBHOOK_ID,
  apiKey: BUILT_IN_SECRET,
}

/** Callbacks of these providers prove nothing. */
const UNPROVEN = ['city-pay', 'coingate', 'mollie classic']

const kinds = SAMPLE_PROVIDERS.flatMap((name) => {
  const [sample] = samplesOf(name)
  return (name === 'mollie' ? [sample!.name, 'classic'] : [sample!.name]).map((event) => ({ name, event }))
})
const isUnproven = ({ name, event }: { name: string; event: string }) =>
  UNPROVEN.includes(name) || UNPROVEN.includes(`${name} ${event}`)

/** The values of the shop's options, and the environment that holds them. */
function valuesOf(name: string, event: string) {
  const { options, secret: own } = accountOf(name, event)
  const valueOf = (option: string) => VALUES[option] ?? (option === own ? secret : `own-${option}-8c02e6b7d1f9`)
  const entries = Object.entries(options)
  return {
    options: Object.fromEntries(entries.map(([option]) => [option, valueOf(option)])),
    env: Object.fromEntries(entries.map(([option, variable]) => [variable, valueOf(option)])),
  }
}

async function providerOf(name: string, event: string): Promise<Provider> {
  const { load, readBack, testKeys } = accountOf(name, event)
  // The shop of such a provider reads back, or takes test keys.
  if (readBack !== undefined || testKeys !== undefined) return BUILT_IN[name]!.create(event)
  const make = await load()
  return make({
    options: valuesOf(name, event).options,
    timestamped: false,
    testMode: false,
    now: Date.now,
  }) as Provider
}

describe.each(kinds.filter((kind) => !isUnproven(kind)))('$name $event', ({ name, event }) => {
  test('is refused as a forgery by a shop on this package, which is the right answer', async () => {
    const provider = await providerOf(name, event)
    const events: WebhookEvent[] = []
    const onUnhandled = (one: WebhookEvent) => void events.push(one)
    const webhook = paymentWebhook(provider, { store: memoryStore(), on: {}, onUnhandled, onError: () => {} })
    const url = `${await listen(express().use('/hook', webhook))}/hook`
    const { env } = valuesOf(name, event)
    const { code, stdout, stderr } = await runCommand(['send', name, event, '--url', url, '--forged'], { env })
    const status = provider.answers.notAuthentic
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`refused with ${status}, the right answer to a forgery. It proves`),
    ])
    expect(stdout).toMatch(new RegExp(`^a forgery of ${name} [^]*\\n${status} +\\d+ ms +`))
    expect(stderr).not.toMatch(/reads back|its ids/)
    expect(events).toEqual([])
  })
})

test.each(kinds.filter(isUnproven))('$name $event carries no proof, so no forgery can be told', async (kind) => {
  const { name, event } = kind
  const { code, stderr } = await runCommand(['send', name, event, '--url', 'http://127.0.0.1:1/', '--forged'])
  expect([code, stderr]).toEqual([
    2,
    `--forged needs a proof to spoil, and a callback of ${name} ${event} carries none: anybody can send one, so the shop believes only what it reads back from the provider. Leave --forged out\n`,
  ])
})

test('all twenty-five are here, and three kinds of callback prove nothing', () => {
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(25)
  expect(kinds.filter(isUnproven)).toHaveLength(UNPROVEN.length)
})

describe('the answer', () => {
  const judgedAt = async (statuses: readonly number[], ...args: readonly string[]) => {
    const left = [...statuses]
    const app = express().use((_req, res) => void res.status(left.shift()!).end())
    const command = ['send', 'coins-ph', 'payment.confirmed', '--url', await listen(app), '--forged', ...args]
    return runCommand(command, { env: { COINS_PH_TOKEN: secret } })
  }

  test.each([
    [[200], 1, /^FORGED AND ACCEPTED with 200: the shop does not check the proof/],
    [[401], 0, /^refused with 401, the right answer to a forgery/],
    [[400], 0, /^refused with 400, the right answer to a forgery/],
    [[500], 1, /^not accepted, but 500 does not mean "not authentic"/],
    [[404], 1, /^not accepted, but 404 does not mean "not authentic"/],
    [[401, 401], 0, /^refused with 401/],
    [[401, 200], 1, /^FORGED AND ACCEPTED with 200/],
  ])('%j is judged', async (statuses, code, message) => {
    const sent = await judgedAt(statuses, '--times', String(statuses.length))
    expect([sent.code, sent.stderr]).toEqual([code, expect.stringMatching(message)])
  })

  test('is read by programs, which are told that it was a forgery', async () => {
    expect(JSON.parse((await judgedAt([401], '--json')).stdout)).toMatchObject({
      forged: true,
      answers: [{ status: 401 }],
    })
  })
})
