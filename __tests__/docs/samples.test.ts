/** The events of `send` and `samples` are those that the provider's page lists under the same name. */
import { describe, expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { adyen } from 'express-payment-webhooks/providers/adyen'
import { samplesOf } from '../../src/testing/sample.js'
import { secret } from '../support/built-in-providers.js'
import { eventOf } from '../support/deliver.js'
import { root } from './snippets.js'

const pages = readdirSync(join(root, 'src/providers'))

/** Samples for payloads whose names do not match. */
const SAMPLES: Readonly<Record<string, string>> = {
  'binance-pay pay_closed': 'PAY.PAY_CLOSED',
  'binance-pay pay_refund': 'PAY_REFUND.REFUND_SUCCESS',
  'binance-pay pay_success': 'PAY.PAY_SUCCESS',
  'bitpay refund_partial': 'refund success',
  'bitpay standard_format_confirmed': 'standard confirmed',
  'coinpayments ipn_api_cancelled': 'api -1 (timed out)',
  'coinpayments ipn_api_complete': 'api 100 (complete)',
  'coinpayments ipn_api_seen': 'api 1 (received)',
  'coinpayments ipn_api_waiting': 'api 0 (waiting)',
  'coinpayments ipn_deposit_complete': 'deposit 100 (complete)',
}

/** Payloads of events that have no sample. */
const WITHOUT = ['mollie classic_short_id', 'stripe checkout_session_async_payment_succeeded']

interface Example {
  readonly page: string
  readonly payload: string
  readonly type: string
}

function section(page: string, heading: string): string[] {
  const text = readFileSync(join(root, `docs/providers/${page}.md`), 'utf8')
  const [, found = ''] = text.split(new RegExp(`^##+ ${heading}$`, 'm'))
  return found
    .split(/^##/m)[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
}

const cells = (row: string) => row.split('|').map((cell) => cell.trim())

/** Rows of the table of examples that are events and are not refused. */
function examplesOn(page: string): Example[] {
  return section(page, 'Examples').flatMap((row) => {
    const [, payload = '', type = ''] = cells(row).map((cell) => cell.replaceAll('`', ''))
    return type.includes('.') ? [{ page, payload, type }] : []
  })
}

/** The provider's name for an event in a sample's name, spelled like the names of payloads. */
const nameIn = (sample: string) =>
  sample
    .replace(/ \(.*$/, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')

/** Samples of the event that a payload is named after: those with the longest matching name. */
function samplesFor({ page, payload }: Example) {
  const named = SAMPLES[`${page} ${payload}`]
  if (named !== undefined) return samplesOf(page).filter(({ name }) => name === named)
  const found = samplesOf(page).filter(({ name }) => `_${payload}_`.includes(`_${nameIn(name)}_`))
  const longest = Math.max(...found.map(({ name }) => nameIn(name).length))
  return found.filter(({ name }) => nameIn(name).length === longest)
}

/** Adyen's examples are about payments captured by hand, and its samples about automatic capture. */
const byHand = adyen({ hmacKey: secret, merchantAccount: 'ExampleShopECOM', capture: 'manual' })

/** The types by the samples' names, with the set-up of the page. */
async function typesFor(example: Example): Promise<Map<string, string>> {
  const types = new Map<string, string>()
  for (const { name, type, payload } of samplesFor(example)) {
    const isSigned = example.page === 'adyen' && !name.includes('test button')
    types.set(name, isSigned ? (await eventOf(byHand, byHand.sign(payload).body)).type : type)
  }
  return types
}

describe.each(pages.filter((page) => section(page, 'Examples').length > 0))('docs/providers/%s.md', (page) => {
  const examples = examplesOn(page).filter(({ payload }) => !WITHOUT.includes(`${page} ${payload}`))

  test.each(examples)('$payload is $type, as a sample of this event', async (example) => {
    expect([...(await typesFor(example)).values()]).toContain(example.type)
  })

  test('an event by its bare name is what the page says of that name', async () => {
    for (const example of examples) {
      const bare = [...(await typesFor(example))].filter(([name]) => nameIn(name) === example.payload)
      // `invoice_expired (paid in part)` is another case of the event, and has its own row or none.
      const plain = bare.filter(([name]) => !name.includes('('))
      expect([example.payload, ...plain.map(([, type]) => type)]).toEqual([
        example.payload,
        ...plain.map(() => example.type),
      ])
    }
  })
})

describe.each(pages.filter((page) => section(page, 'Examples').length === 0))('docs/providers/%s.md', (page) => {
  /** Types by native names; a cell may contain several. */
  const rows = section(page, 'Events').map((row) => {
    const [, natives = '', ...rest] = cells(row)
    const type = rest.filter((cell) => /^`.*`$/.test(cell)).at(-1) ?? ''
    return { natives: [...natives.matchAll(/`([^`]+)`/g)].map(([, name]) => name), type: type.replaceAll('`', '') }
  })

  test.each(samplesOf(page))('the sample $name is $type, as the table of events says', ({ name, type }) => {
    const native = name.replace(/^deposit | \(.*$/g, '')
    expect(rows.filter(({ natives }) => natives.includes(native)).map((row) => row.type)).toContain(type)
  })
})

test('every page has one table or the other', () => {
  expect(pages.length).toBeGreaterThan(20)
  expect(pages.filter((page) => section(page, 'Examples').length + section(page, 'Events').length < 3)).toEqual([])
})
