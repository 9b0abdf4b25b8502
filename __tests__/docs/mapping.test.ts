/** The mapping tables of the providers' pages, compared with the events of the samples. */
import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cityPay, type Provider } from 'express-payment-webhooks'
import { sampleCityPayOrder } from 'express-payment-webhooks/testing'
import { samplesOf } from '../../src/testing/sample.js'
import { eventOf } from '../support/deliver.js'
import { providers } from './scene.js'
import { root } from './snippets.js'

const FIELDS = ['orderId', 'paymentId', 'transaction', 'expected', 'received', 'reason', 'occurredAt'] as const
const ADDRESS = '203.0.113.7'

/** The source of each field, from one column of the table. */
function documented(page: string, column: number): Map<string, string> {
  const text = readFileSync(join(root, `docs/providers/${page}.md`), 'utf8')
  const [section = ''] = text.split('## Mapping\n')[1]!.split('\n## ')
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()))
  return new Map(cells.map((row) => [row[1]!.replaceAll('`', ''), row[column + 2]!]))
}

/** A column of a page, its provider, and the matching samples. */
const columns: [string, string, number, Provider, RegExp][] = [
  ['coins-ph', 'all', 0, providers['coins-ph'], /./],
  ['coinbar-pay', 'all', 0, providers['coinbar-pay'], /./],
  ['crypto-gateway', 'transactions', 0, providers['crypto-gateway'], /^transaction\./],
  ['city-pay', 'orders', 0, providers['city-pay'], /^(?!deposit)/],
  ['city-pay', 'deposits', 1, cityPay({ orderToken: () => null, allowedIps: [ADDRESS] }), /^deposit/],
]

describe.each(columns)('docs/providers/%s.md, %s', (page, _what, column, provider, which) => {
  test('has a row for every field, null where no sample has it, and something else where one has', async () => {
    const table = documented(page, column)
    expect([...table.keys()]).toEqual(FIELDS)
    const samples = samplesOf(page).filter(({ name }) => which.test(name))
    expect(samples).not.toEqual([])
    const events = await Promise.all(
      samples.map(({ payload, name }) => eventOf(readingBack(provider, name), JSON.stringify(payload), ADDRESS)),
    )
    for (const field of FIELDS) {
      const isFilled = events.some((event) => event[field] !== null)
      expect({ field, isNull: table.get(field)!.startsWith('null') }).toEqual({ field, isNull: !isFilled })
    }
  })
})

/** CityPay's order contains the same data as the sample's callback; the other providers are not read. */
function readingBack(provider: Provider, name: string): Provider {
  if (provider !== providers['city-pay']) return provider
  const [status, isPart] = [name.split(' ')[0], name.includes('part')]
  return cityPay({
    orderToken: () => '730914458201',
    readBack: async () => sampleCityPayOrder(status as 'CONFIRMED', isPart ? '30.00' : undefined),
  })
}
