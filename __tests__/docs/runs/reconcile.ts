/** The blocks of docs/reconcile.md, and the blocks of provider pages about missed events. */
import { randomBytes } from 'node:crypto'
import { expect } from '@jest/globals'
import { createReceiver, type PaymentWebhook, type Provider, type Receiver } from 'express-payment-webhooks'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { orderUpdates } from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import Database from 'libsql'
import { about } from '../../../src/reconcile/cursor.js'
import { sqliteStore } from '../../../src/stores/sqlite.js'
import { BUILT_IN } from '../../support/built-in-providers.js'
import { hmacProvider } from '../../support/hmac-provider.js'
import { allBlocks } from '../blocks.js'
import { runBlock } from '../run-block.js'
import { newScene } from '../scene.js'
import { notRun, ranBy, type Run, type Runs } from './run.js'

/** The prefix tells Mollie's test keys and live keys apart. */
const SECRETS: Readonly<Record<string, string>> = { MOLLIE_API_KEY: `live_${randomBytes(16).toString('hex')}` }

function setEnvironment(code: string): void {
  for (const [, name] of code.matchAll(/process\.env\.(\w+)/g)) {
    process.env[name!] ??= SECRETS[name!] ?? randomBytes(32).toString('hex')
  }
}

/** Runs a block in a shop of the provider, whose API lists no missed events. */
async function reconciling(
  provider: Provider,
  code: string,
  look: (shop: {
    readonly declared: Record<string, unknown>
    readonly logged: readonly object[]
    readonly asked: readonly string[]
    /** The cursor that the shop's processes share. */
    readonly cursor: () => Promise<string | null>
  }) => unknown,
  results: readonly string[] = [],
): Promise<void> {
  setEnvironment(code)
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  await store.init()
  const on = orderUpdates({ find: () => null, save: () => true })
  const webhook: Receiver = createReceiver(provider, { store, on: on as object, onError: () => {} })
  const { globals, logged } = newScene()
  const openOrders = async () => []
  const asked: string[] = []
  const { fetch } = globalThis
  globalThis.fetch = async (url) => {
    asked.push(String(url))
    return Response.json(provider.name === 'stripe' ? { object: 'list', data: [], has_more: false } : [])
  }
  try {
    const declared = await runBlock(code, { globals: { ...globals, store, webhook, openOrders }, results })
    await look({ declared, logged, asked, cursor: () => store.readNote(about(provider)) })
  } finally {
    globalThis.fetch = fetch
    await webhook.close()
    await store.close()
  }
}

/** Waits for the cursor of the first run: without it, the reconciler was made but never looks. */
async function untilNoted(cursor: () => Promise<string | null>): Promise<void> {
  while ((await cursor()) === null) await new Promise(setImmediate)
}

const missed =
  (provider: Provider): Run =>
  ({ code }) =>
    reconciling(
      provider,
      code,
      async ({ declared, cursor }) => {
        await untilNoted(cursor)
        await (declared['reconciler'] as { close(): Promise<void> }).close()
      },
      ['reconciler'],
    )

const stripeProvider = stripe({ secret: `whsec_${randomBytes(24).toString('base64')}` })

/** The row of the built-in providers is for next-gen events, which have no list. */
const classicMollie = mollie({ apiKey: `live_${randomBytes(16).toString('hex')}` }) as unknown as Provider

const pages = allBlocks().filter(({ name }) => /^docs\/providers\/.* > What was missed/.test(name))

export const RECONCILE_RUNS: Runs = {
  ...Object.fromEntries(
    pages.map(({ name }) => {
      const page = /^docs\/providers\/([\w-]+)\.md/.exec(name)![1]!
      return [name, missed(page === 'mollie' ? classicMollie : BUILT_IN[page]!.create('payment.confirmed'))]
    }),
  ),
  'docs/reconcile.md > Reconciling': ({ code }) =>
    reconciling(
      stripeProvider,
      code,
      async ({ declared, cursor }) => {
        await untilNoted(cursor)
        await (declared['webhook'] as PaymentWebhook).close()
      },
      ['webhook', 'reconciler'],
    ),
  'docs/reconcile.md > By hand': ({ code }) =>
    reconciling(stripeProvider, code, ({ logged }) => {
      expect(logged).toEqual([{ listed: 0, known: 0, recovered: 0, failed: 0 }])
    }),
  'docs/reconcile.md > A process of its own': ranBy(
    '__tests__/docs/walkthroughs.test.ts',
    'the process of its own of docs/reconcile.md',
  ),
  'docs/reconcile.md > From when': ({ code }) =>
    reconciling(stripeProvider, code, async ({ asked, cursor }) => {
      expect(asked[0]).toContain('https://api.stripe.com/v1/events?')
      expect(await cursor()).toMatch(/^2026-11-01T00:00:00/)
    }),
  'docs/reconcile.md > A lister of your own': ({ code }) =>
    reconciling(hmacProvider(), code, async ({ cursor }) => {
      expect(await cursor()).not.toBeNull()
    }),
  'docs/local-development.md > Developing without a tunnel': notRun('__tests__/cli/forward runs this command'),
  'docs/local-development.md > Developing without a tunnel (2)': notRun('output'),
  'docs/local-development.md > Without the command': missed(BUILT_IN['city-pay']!.create('payment.confirmed')),
  'docs/operations.md > Asking for what never arrived': notRun('__tests__/cli runs this command against a shop'),
  'docs/operations.md > Asking for what never arrived (2)': notRun('output'),
}
