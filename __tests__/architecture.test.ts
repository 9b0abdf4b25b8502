import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const SRC = join(__dirname, '..', 'src')

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** Every import of every source file, as paths below src without extension, or package names. */
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8').replace(/^\s*\*.*$/gm, '')
  return [...text.matchAll(/^(?:import|export)( type)?[^'"\n]*?(?:\{[^}]*\})?[^'"\n]*?from '([^']+)'/gm)].map(
    ([, typeOnly, to]) => ({
      from: file.replace(/\.ts$/, ''),
      to: to!.startsWith('.') ? normalize(relative(SRC, join(SRC, dirname(file), to!))).replace(/\.js$/, '') : to!,
      typeOnly: typeOnly !== undefined,
    }),
  )
})

const CONTRACTS = [
  'provider',
  'event',
  'store',
  'options',
  'outcome',
  'errors',
  'payload',
  'money',
  'json',
  'json-survey',
  'reject-unknown',
  'allowed-ips',
  'did-you-mean',
  'for-any-provider',
  'is-promise',
  'max-timer',
  'printable',
]

/** Which files below a place import something that is not allowed there. */
function violations(place: string, allowed: readonly string[]): string[] {
  const permits = (to: string) => allowed.some((rule) => (rule.endsWith('/') ? to.startsWith(rule) : to === rule))
  return imports
    .filter(({ from, to }) => (from === place || from.startsWith(`${place}/`)) && !permits(to))
    .map(({ from, to }) => `${from} imports ${to}`)
}

/** Every file that is loaded with one. */
function reachedFrom(file: string): string[] {
  const reached = new Set([file])
  for (const from of reached)
    for (const { to } of imports.filter((one) => one.from === from && !one.typeOnly)) reached.add(to)
  return [...reached]
}

describe('architecture', () => {
  test('imports were found at all', () => {
    expect(imports.length).toBeGreaterThan(files.length)
  })

  test('errors imports nothing', () => {
    expect(violations('errors', [])).toEqual([])
  })

  test('contracts import contracts alone', () => {
    for (const contract of CONTRACTS)
      expect(violations(contract, [...CONTRACTS, 'zod', 'big.js', 'node:buffer', 'node:net'])).toEqual([])
  })

  test('crypto imports contracts and Node alone', () => {
    expect(violations('crypto', ['crypto/', 'node:crypto', ...CONTRACTS])).toEqual([])
  })

  test('providers import crypto and contracts, never Express, stores or one another', () => {
    const own = imports.filter(({ from }) => from.startsWith('providers/')).map(({ from }) => from)
    for (const file of new Set(own)) {
      // A provider may have more than one file: city-pay, city-pay-order and city-pay-deposit are one family.
      const [, family = file] = /^(providers\/(?:city-pay|crypto-gateway))/.exec(file) ?? []
      const relatives = own.filter((other) => other === family || other.startsWith(`${family}-`))
      expect(violations(file, ['crypto/', 'node:crypto', 'zod', ...CONTRACTS, ...relatives])).toEqual([])
    }
  })

  test('stores import the store contract, and never one another', () => {
    expect(violations('stores', ['store', 'errors', 'reject-unknown', 'durable/', 'node:crypto'])).toEqual([])
  })

  test('what durable stores share imports the store contract and Node alone', () => {
    expect(
      violations('durable', ['durable/', 'store', 'errors', 'max-timer', 'node:crypto', 'node:timers/promises']),
    ).toEqual([])
  })

  test('the flow imports contracts, receiver and itself, never a provider or a store', () => {
    expect(
      violations('flow', [
        'flow/',
        'receiver',
        ...CONTRACTS,
        'node:crypto',
        'node:diagnostics_channel',
        'node:http',
        'raw-body',
      ]),
    ).toEqual([])
    expect(imports.filter(({ to }) => to === 'raw-body').map(({ from }) => from)).toEqual(['flow/read-body'])
  })

  test('orders import contracts alone, and nothing imports orders', () => {
    expect(violations('orders', ['orders/', 'big.js', 'node:util', ...CONTRACTS])).toEqual([])
    expect(imports.filter(({ from, to }) => to.startsWith('orders/') && !from.startsWith('orders/'))).toEqual([])
  })

  test('the command imports stores, providers, samples and contracts, and nothing imports the command', () => {
    const node = imports.map(({ to }) => to).filter((to) => to.startsWith('node:'))
    const kit = ['testing/sample', 'testing/signed-request', 'testing/body-forms', 'testing/forged-headers']
    const allowed = ['cli/', 'stores/', 'providers/', 'durable/options', ...kit, ...CONTRACTS, ...node]
    expect(violations('cli', allowed)).toEqual([])
    expect(imports.filter(({ from, to }) => to.startsWith('cli/') && !from.startsWith('cli/'))).toEqual([])
  })

  test('what the command takes of the testing kit brings nothing along that is for tests', () => {
    const reached = reachedFrom('cli/main').filter((file) => file.startsWith('testing/'))
    const plain = ['sample', 'samples', 'signed-request', 'body-forms', 'forged-headers', 'overlay'].map(
      (file) => `testing/${file}`,
    )
    expect(reached.filter((file) => !plain.includes(file))).toEqual([])
    expect(reached).toContain('testing/sample')
  })

  test('supertest is in one file of the testing kit, and loaded when it is needed', () => {
    expect(imports.filter(({ to }) => to === 'supertest')).toEqual([])
    const users = files.filter((file) => readFileSync(join(SRC, file), 'utf8').includes("import('supertest')"))
    expect(users).toEqual(['testing/post.ts'])
  })

  test('Express is a type, and only where it has a say: in its own door, about routes, and about the sender', () => {
    expect(imports.filter(({ to }) => to === 'express')).toEqual([
      { from: 'own-route', to: 'express', typeOnly: true },
      { from: 'sender-address', to: 'express', typeOnly: true },
      { from: 'webhook', to: 'express', typeOnly: true },
    ])
  })

  test('doors lead to the one flow: the flow knows no door, and no door but the listener knows another', () => {
    const doors = ['webhook', 'node-listener', 'fetch-handler']
    const known = imports.filter(({ from, to }) => doors.includes(to) && from !== 'index')
    expect(new Set(known.map(({ from, to }) => `${from} imports ${to}`))).toEqual(
      new Set(['node-listener imports webhook']),
    )
  })

  test('index hands things out and does nothing else', () => {
    const lines = readFileSync(join(SRC, 'index.ts'), 'utf8').split('\n')
    const code = lines.filter((line) => line !== '' && !line.startsWith('/**'))
    expect(
      code
        .join('\n')
        .replace(/^export (type )?\{[^}]*\} from '[^']+'$/gm, '')
        .trim(),
    ).toBe('')
  })

  test('no import runs in a circle', () => {
    const edges = new Map<string, string[]>()
    for (const { from, to, typeOnly } of imports) if (!typeOnly) edges.set(from, [...(edges.get(from) ?? []), to])
    const circles: string[] = []
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '))
      else for (const next of edges.get(file) ?? []) visit(next, [...trail, file])
    }
    for (const file of edges.keys()) visit(file, [])
    expect(circles).toEqual([])
  })

  test('sources are plain ASCII, so that no letter only looks like another', () => {
    for (const file of files)
      expect([file, /[^\x20-\x7e\n]/.exec(readFileSync(join(SRC, file), 'utf8'))?.[0]]).toEqual([file, undefined])
  })
})
