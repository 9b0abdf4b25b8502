/**
 * The pages of providers that are imported from a subpath. Their blocks run in order, as if a reader put them into one file: the
 * set-up mounts the provider, and the testing section delivers to it.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { allBlocks, type Block } from '../blocks.js'
import { runBlock } from '../run-block.js'
import { newScene } from '../scene.js'
import { root } from '../snippets.js'
import type { Run, Runs } from './run.js'

/** Secrets are random; some providers prescribe a format. */
const SECRETS: Readonly<Record<string, string>> = {
  STRIPE_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
  STANDARD_WEBHOOKS_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
  MOLLIE_API_KEY: `live_${randomBytes(16).toString('hex')}`,
  ADYEN_MERCHANT_ACCOUNT: 'ExampleShopECOM',
  PAYPAL_WEBHOOK_ID: '8PT597110X687430L',
  COINPAYMENTS_MERCHANT_ID: 'f3a1c7e85b2d4906',
  PAYSTACK_SECRET_KEY: `sk_live_${randomBytes(20).toString('hex')}`,
}

/** Answers of the provider's API to a read-back, by page; most pages need none. */
const APIS: Readonly<Record<string, (url: string) => unknown>> = {
  'btcpay-server': (url) =>
    apiAnswer('btcpay-server', url.endsWith('payment-methods') ? 'api_payments.json' : 'api_invoice.json'),
  coingate: () => apiAnswer('coingate', 'api_order_paid.json'),
  mollie: () => ({ ...apiAnswer('mollie', 'api_payment_paid.json'), mode: 'live' }),
}

export function providerPageRuns(others: Runs): Runs {
  const blocks = allBlocks().filter(({ name }) => name.startsWith('docs/providers/') && !(name in others))
  return Object.fromEntries(blocks.map((block) => [block.name, runWithThoseBefore(blocks)]))
}

const pageOf = ({ name }: Block) => /^docs\/providers\/([\w-]+)\.md/.exec(name)![1]!

function runWithThoseBefore(blocks: readonly Block[]): Run {
  return async (block) => {
    if (block.language !== 'ts') return
    const page = pageOf(block)
    const onPage = blocks.filter((other) => pageOf(other) === page && other.language === 'ts')
    const upToIt = onPage.slice(0, onPage.findIndex(({ name }) => name === block.name) + 1)
    for (const name of environmentOf(onPage)) process.env[name] ??= SECRETS[name] ?? randomBytes(32).toString('hex')
    const { globals } = newScene()
    const known: Record<string, unknown> = { ...globals }
    const own = new Set<string>()
    await withApi(APIS[page], async () => {
      for (const { code } of upToIt) {
        const declared = await runBlock(code, { globals: without(known, code), results: declaredIn(code) })
        // Further blocks show alternatives; the tests use the first.
        for (const [name, value] of Object.entries(declared)) if (!own.has(name)) known[name] = value
        for (const name of declaredIn(code)) own.add(name)
      }
    })
    if (/ > Testing/.test(block.name)) expect(block.code).toMatch(/expect\(|\.expect\(2\d\d\)/)
  }
}

/** A name that a block declares again hides its earlier value. */
function without(known: Readonly<Record<string, unknown>>, code: string): Record<string, unknown> {
  const declared = declaredIn(code)
  return Object.fromEntries(Object.entries(known).filter(([name]) => !declared.includes(name)))
}

const declaredIn = (code: string) =>
  [...code.matchAll(/^(?:export )?(?:const|function|class) (\w+)/gm)].map(([, name]) => name!)

function environmentOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap(({ code }) => [...code.matchAll(/process\.env\.(\w+)/g)].map(([, name]) => name!))
}

/** Answers in place of the provider's API, which tests do not call. */
async function withApi(answer: ((url: string) => unknown) | undefined, run: () => Promise<void>): Promise<void> {
  const { fetch } = globalThis
  if (answer !== undefined) {
    globalThis.fetch = async (url) => Response.json(answer(String(url)))
  }
  try {
    await run()
  } finally {
    globalThis.fetch = fetch
  }
}

/** One of the API's answers, for tests of the provider. */
function apiAnswer(folder: string, file: string): object {
  return JSON.parse(readFileSync(join(root, '__tests__/fixtures', folder, file), 'utf8')) as object
}
