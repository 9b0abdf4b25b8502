/** The overview of all providers in docs/providers/README.md, compared with the code row by row. */
import { describe, expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Provider } from 'express-payment-webhooks'
import { BUILT_IN } from '../support/built-in-providers.js'

const ROOT = join(__dirname, '../..')
const SOURCES = join(ROOT, 'src/providers')

const lines = readFileSync(join(ROOT, 'docs/providers/README.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?:\[|[A-Z])/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

/** The cells of each row that leads to a page, by that page. */
const rows = new Map(
  lines.flatMap(([, name = '', ...cells]) => {
    const [, page] = /\(([a-z-]+)\.md\)$/.exec(name) ?? []
    return page === undefined ? [] : [[page, cells.slice(0, -1)] as const]
  }),
)

/** `BTCPay Server` and `btcpay-server` are the same name. */
const squeezed = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** The cells of a provider's row, computed from the code. */
function cellsOf({ answers, patienceMs, types }: Provider, folder: string) {
  const { status, body } = answers.accepted
  const has = (family: string) => types.some((type) => type.startsWith(`${family}.`))
  const isRefunded = types.some((type) => type === 'payment.refunded')
  return {
    accepted: body === '' ? `${status}` : `${status} \`${body}\``,
    notAuthentic: `${answers.notAuthentic}`,
    waits: patienceMs === null ? 'unknown' : `${patienceMs / 1000} s`,
    refunds: has('refund') ? 'yes' : isRefunded ? 'in full' : 'no',
    disputes: has('dispute') ? 'yes' : 'no',
    isExperimental: readFileSync(join(SOURCES, folder, 'index.ts'), 'utf8').includes('@experimental'),
  }
}

test('every provider has a row', () => {
  const names = lines.map(([, name = '']) => squeezed(name.replace(/^\[|\].*$/g, '')))
  expect(names).toEqual(expect.arrayContaining(readdirSync(SOURCES).map(squeezed)))
})

test('an API that a lister of the package asks is named in the column of the provider', () => {
  const pages = [
    ...readFileSync(join(ROOT, 'docs/reconcile.md'), 'utf8').matchAll(/^\|.*\(providers\/([a-z-]+)\.md#/gm),
  ]
  expect(pages.length).toBeGreaterThan(5)
  expect(pages.map(([, page]) => [page, rows.get(page!)!.at(-2)]).filter(([, api]) => api === 'none')).toEqual([])
})

describe.each([...rows.keys()])('%s', (page) => {
  const made = Object.values(BUILT_IN).filter(({ provider }) => provider === page)

  test('is answered, waits and tells of money as its row says', () => {
    expect(made.length).toBeGreaterThan(0)
    const [, , accepted, notAuthentic, waits, , refunds, disputes, , sure] = rows.get(page)!
    const said = { accepted, notAuthentic, waits, refunds, disputes, isExperimental: sure === 'experimental' }
    for (const { create } of made) expect(cellsOf(create(''), page)).toEqual(said)
  })

  test('has a page that says so too where it is experimental', () => {
    const isExperimental = rows.get(page)!.at(-1) === 'experimental'
    expect(readFileSync(join(ROOT, `docs/providers/${page}.md`), 'utf8').includes('**Experimental:**')).toBe(
      isExperimental,
    )
  })
})
