import { describe, expect, test } from '@jest/globals'
import { cityPay, coinbarPay, coinsPh, cryptoGateway, memoryStore } from 'express-payment-webhooks'
import { sample } from 'express-payment-webhooks/testing'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SIGNATURE_OPTIONS } from '../../src/crypto/signature.js'
import { PAGES } from '../../src/errors.js'
import { COMMON_EVENT_TYPES } from '../../src/event.js'
import { MAX_LEASES } from '../../src/flow/claims/lease.js'
import { resolveOptions } from '../../src/resolve-options.js'
import { eventOf } from '../support/deliver.js'
import { root, snippetsIn } from './snippets.js'

const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
)
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs.map((name) => `docs/${name}`)]
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** A page without its code. */
const prose = (path: string) => read(path).replace(/^```[\s\S]*?^```$/gm, '')

/** The anchor that repository hosts make of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const headings = (path: string) => [...prose(path).matchAll(/^#+ (.*)$/gm)].map((match) => match[1]!)

const anchorsOf = (path: string) => headings(path).map(anchor)

const { name } = JSON.parse(read('package.json')) as { readonly name: string }

describe('the pages at the root and in docs', () => {
  test.each(pages)('%s links to nothing that is not there', (page) => {
    const links = [...prose(page).matchAll(/\]\(([^)]+)\)/g)]
      .map((match) => match[1]!)
      .filter((link) => !/^https?:/.test(link))
    const broken = links.filter((link) => {
      const [path = '', fragment] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, target))) return true
      return fragment !== undefined && !anchorsOf(target).includes(fragment)
    })
    expect(broken).toEqual([])
  })

  /**
   * If the server ends a connection, a pool without an error listener ends its process. A pool without time limits waits for
   * ever.
   */
  test('make no pool of Postgres that hears no error, or waits without end', () => {
    const pools = ['README.md', 'docs'].flatMap(snippetsIn).filter(({ code }) => code.includes('new Pool('))
    expect(pools.length).toBeGreaterThan(5)
    const wanted = ["pool.on('error'", 'connectionTimeoutMillis:', 'query_timeout:', 'statement_timeout:']
    // A connection that was taken out of the pool reports its loss itself.
    const ofTaken = (code: string) => (code.includes('pool.connect()') ? ["pool.on('connect'"] : [])
    const without = pools.flatMap(({ file, line, code }) =>
      [...wanted, ...ofTaken(code)].filter((text) => !code.includes(text)).map((text) => `${file}:${line}: ${text}`),
    )
    expect(without).toEqual([])
  })

  test('messages name pages and headings of the installed package, as they open from the folder of the shop', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [name, read(`src/${name}`)] as const)
    const named = sources.flatMap(([, text]) => [...text.matchAll(/\$\{PAGES\}\/([\w/${}-]+\.md)(?:#([\w-]+))?/g)])
    expect(named.length).toBeGreaterThan(4)
    const broken = named.flatMap(([whole, path = '', fragment]) =>
      readdirSync(join(root, 'src/providers'))
        .map((provider) => `docs/${path.replace(/\$\{\w+\}/, provider)}`)
        .filter(
          (page) => !existsSync(join(root, page)) || !(fragment === undefined || anchorsOf(page).includes(fragment)),
        )
        .map((page) => `${whole} at ${page}`),
    )
    expect(broken).toEqual([])
    expect(PAGES).toBe(`node_modules/${name}/docs`)
    // Links in a comment lead to pages of the repository.
    const withoutComments = (text: string) => text.replace(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, '')
    const elsewhere = sources.filter(([, text]) => /(?<!\/)\bdocs\/[\w/-]+\.md/.test(withoutComments(text)))
    expect(elsewhere.map(([source]) => source)).toEqual([])
  })

  test('the README has every provider, with its page', () => {
    const listed = [...read('README.md').matchAll(/^\|.*\[`([a-z-]+)`\]\(docs\/providers\/\1\.md\)/gm)].map(
      (match) => match[1],
    )
    expect(listed.sort()).toEqual(readdirSync(join(root, 'src/providers')).sort())
  })

  test('every provider page has the same headings, in the same order', () => {
    const providers = pages.filter((page) => /^docs\/providers\/(?!README)/.test(page))
    const sections = [
      'Set-up',
      'Options',
      'Events',
      'Mapping',
      'Identity',
      'Answers and retries',
      'Testing',
      'Ambiguities and our reading',
    ]
    const folders = readdirSync(join(root, 'src/providers'))
    expect(providers.map((page) => page.slice('docs/providers/'.length, -'.md'.length)).sort()).toEqual(folders.sort())
    // Some providers have many payloads, or an API that lists missed events: their pages have additional sections.
    const common = (page: string) =>
      [...read(page).matchAll(/^## (?!Examples|What was missed)(.+)$/gm)].map(([, heading]) => heading)
    for (const page of providers) expect({ page, sections: common(page) }).toEqual({ page, sections })
  })

  test('every table of examples says that the samples are others', () => {
    const withExamples = pages
      .filter((page) => page.startsWith('docs/providers/'))
      .filter((page) => /^##+ Examples$/m.test(read(page)))
    expect(withExamples.length).toBeGreaterThan(15)
    const silent = withExamples.filter((page) => {
      const [, section = ''] = read(page).split(/^##+ Examples$/m)
      return !section.split(/^#/m)[0]!.includes('the [samples](../testing.md')
    })
    expect(silent).toEqual([])
  })

  test('every provider page names every event type of its provider', () => {
    const secret = 'b0a7d8d47f1f4c3e9a52'
    const types = {
      'coins-ph': coinsPh({ token: secret }).types,
      'crypto-gateway': cryptoGateway({ secret }).types,
      'coinbar-pay': coinbarPay({ clientId: 'shop', secretKey: secret }).types,
      'city-pay': cityPay({ orderToken: () => null }).types,
    }
    for (const [name, listed] of Object.entries(types)) {
      expect(listed.filter((type) => !read(`docs/providers/${name}.md`).includes(`\`${type}\``))).toEqual([])
    }
  })

  /** The dependencies of a shop (express), and the package that docs/testing.md installs for every page (supertest). */
  const AT_HAND = ['express', 'supertest', 'express-payment-webhooks']

  test.each(pages)('%s names the command that installs what its blocks import', (page) => {
    const blocks = [...read(page).matchAll(/^```(?:ts|js)\n([\s\S]*?)^```$/gm)].map((match) => match[1]!).join('\n')
    const imported = [...blocks.matchAll(/ from '((?:@[\w-]+\/)?[\w-]+)/g)].map((match) => match[1]!)
    const installed = [...read(page).matchAll(/npm (?:i|install) ([^`\n]+)/g)].flatMap(([, names]) =>
      names!.split(' ').map((name) => name.replace(/(?<=.)@.*/, '')),
    )
    const known = [...AT_HAND, ...installed, 'node']
    expect([...new Set(imported)].filter((name) => !known.includes(name))).toEqual([])
  })

  test('the README stays short', () => {
    expect(read('README.md').split('\n').length).toBeLessThan(200)
  })

  test('docs/receiving.md names every option of paymentWebhook', () => {
    const names = /const OPTION_NAMES = \[([^\]]+)\]/.exec(read('src/resolve-options.ts'))?.[1] ?? ''
    const options = [...names.matchAll(/'(\w+)'/g)].map((match) => match[1]!)
    const listed = [...read('docs/receiving.md').matchAll(/^\| `(\w+)` +\|/gm)].map((match) => match[1])
    expect(options.length).toBeGreaterThan(0)
    expect(listed).toEqual(options)
  })

  test('the times on the pages are what the defaults come to', () => {
    const { timeoutMs, leaseMs, retainMs } = resolveOptions(coinsPh({ token: 'b0a7d8d47f1f4c3e9a52' }), {
      store: memoryStore(),
      on: {},
    })
    const listed = (name: string) =>
      new RegExp(`^\\| \`${name}\` +\\| ([^|]+?) *\\|`, 'm').exec(read('docs/receiving.md'))![1]
    expect(['timeoutMs', 'leaseMs', 'retainMs'].map(listed)).toEqual([
      String(timeoutMs),
      String(leaseMs),
      `${retainMs / (24 * 60 * 60_000)} days`,
    ])
    // The pages state this in words: change both together.
    expect([MAX_LEASES, leaseMs / 60_000]).toEqual([10, 1])
    expect(read('docs/stores.md')).toContain('longer than ten leases, ten minutes by default')
    expect(read('docs/stores.md')).toContain('at most nine times as long, 90 minutes by default')
    expect(read('docs/queues.md')).toContain('ten times `leaseMs`, which is ten minutes by default')
  })

  test('what blocks take for granted is said on the first page of the documents', () => {
    const taken = [
      'app',
      'server',
      'store',
      'orders',
      'log',
      'payment',
      'invoiceId',
      'openOrders',
      'provider',
      'webhook',
    ]
    expect(taken.filter((name) => !read('docs/README.md').includes(`\`${name}\``))).toEqual([])
  })

  test('docs/concepts.md has every field of an event, and every type that providers have in common', async () => {
    const [, fields = '', types = ''] = /^## Event\n([\s\S]*?)^## Event types\n([\s\S]*?)^## /m.exec(
      read('docs/concepts.md'),
    )!
    const event = await eventOf(
      coinsPh({ token: 'b0a7d8d47f1f4c3e9a52' }),
      JSON.stringify(sample('coins-ph', 'payment.confirmed')),
    )
    const listed = [...fields.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]!)
    expect(listed.sort()).toEqual(Object.keys(event).sort())
    const named = types.split('\n').flatMap((row) => {
      const names = [...(row.split('|')[1] ?? '').matchAll(/`([\w.]+)`/g)].map((match) => match[1]!)
      return names.map((name) => (name.startsWith('.') ? `${names[0]!.split('.')[0]}${name}` : name))
    })
    expect(named.sort()).toEqual([...COMMON_EVENT_TYPES].sort())
  })

  test('docs/add-a-provider.md names every option of a signature', () => {
    const [table = ''] = /^\| option [\s\S]*?^$/m.exec(read('docs/add-a-provider.md'))!
    const names = [...table.matchAll(/^\| ([^|]+)\|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
    )
    expect([...names, 'secretOption'].sort()).toEqual([...SIGNATURE_OPTIONS].sort())
  })

  test('CONTRIBUTING.md names sources and tests that are there', () => {
    const [, table = ''] = read('CONTRIBUTING.md').split('## From a change to its file and its test')
    const rows = table
      .split('\n## ')[0]!
      .split('\n')
      .filter((line) => /^\| [^-]/.test(line))
      .slice(1)
    const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)
    expect(rows.length).toBeGreaterThan(20)
    const isThere = (path: string) => existsSync(join(root, path.replace('<name>', 'city-pay')))
    const missing = rows.flatMap((row) => {
      const [, , sources = '', tests = ''] = row.split('|')
      return [
        ...names(sources).filter((name) => !name.startsWith('npm run')),
        ...names(tests)
          .filter((name) => !name.startsWith('npm run'))
          .map((name) => `__tests__/${name}${/\/$|\.ts$/.test(name) ? '' : '.test.ts'}`),
      ].filter((path) => !isThere(path))
    })
    expect(missing).toEqual([])
  })
})
