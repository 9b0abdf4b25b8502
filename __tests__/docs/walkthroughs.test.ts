/** The provider and the store that the documents build, put through the suites that the documents recommend. */
import { describe, expect, test } from '@jest/globals'
import * as kit from 'express-payment-webhooks'
import { providerConformance, storeConformance } from 'express-payment-webhooks/testing'
import { randomBytes } from 'node:crypto'
import { compileFunction } from 'node:vm'
import ts from 'typescript'
import * as zod from 'zod'
import { snippetsIn } from './snippets.js'

const MODULES: Readonly<Record<string, unknown>> = { 'express-payment-webhooks': kit, zod }

/** What the block of a document that contains `declaration` exports. */
function exportsOf(file: string, declaration: string): Record<string, unknown> {
  const [snippet, ...others] = snippetsIn(file).filter(({ code }) => code.includes(declaration))
  if (snippet === undefined || others.length > 0) throw new Error(`${file}: ${declaration} is not in exactly one block`)
  const { outputText } = ts.transpileModule(snippet.code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  const exported = {}
  compileFunction(outputText, ['require', 'exports'])((name: string) => MODULES[name], exported)
  return exported
}

describe('the provider of docs/add-a-provider.md', () => {
  type AcmePay = (options: { secret: string }) => kit.Provider
  const acmePay = exportsOf('docs/add-a-provider.md', 'export const acmePay')['acmePay'] as AcmePay
  const secret = randomBytes(32).toString('hex')
  const settled = { id: 'evt_2', status: 'settled', order: '1001', payment: 'pay_7', paid: '49.90', currency: 'eur' }

  providerConformance({
    test,
    create: () => acmePay({ secret }),
    payloads: {
      settled,
      seen: { ...settled, id: 'evt_1', status: 'seen' },
      dispute: { ...settled, id: 'evt_3', status: 'dispute' },
    },
  })

  test('interpret answers the documented event, and unrecognised for another status', () => {
    const provider = acmePay({ secret })
    expect(provider.interpret(settled)).toMatchObject({
      type: 'payment.confirmed',
      identity: ['evt_2'],
      received: { amount: '49.9', currency: 'EUR', basis: 'total' },
    })
    expect(provider.interpret({ ...settled, status: 'frozen' })).toMatchObject({ unrecognised: 'frozen' })
  })
})

describe('the store of docs/add-a-store.md', () => {
  type Change = (entry: unknown) => unknown
  type BackendStore = (backend: {
    now(): Promise<number>
    change(key: string, change: Change): Promise<void>
  }) => kit.Store
  const backendStore = exportsOf('docs/add-a-store.md', 'export function backendStore')['backendStore'] as BackendStore

  storeConformance({
    test,
    create() {
      const entries = new Map<string, unknown>()
      return backendStore({
        now: async () => Date.now(),
        async change(key, change) {
          const changed = change(entries.get(key))
          if (changed !== undefined) entries.set(key, changed)
        },
      })
    },
  })
})
