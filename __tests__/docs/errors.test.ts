import { describe, expect, test } from '@jest/globals'
import {
  answerTo,
  createReceiver,
  defineProvider,
  DeliveryError,
  memoryStore,
  type DeliveryCode,
  type EventDraft,
} from 'express-payment-webhooks'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './snippets.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The members of a union of string literals, in the order of the source. */
function union(name: string): string[] {
  const declaration = new RegExp(`export type ${name} =((?:\\s*\\|? ?'\\w+')+)`).exec(read('src/errors.ts'))
  return [...(declaration?.[1] ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]!)
}

/** Sections by their heading; of one chapter, or of all. */
function sections(chapter = ''): Map<string, string> {
  const text = read('docs/errors.md')
    .split(/^## /m)
    .slice(1)
    .filter((part) => part.startsWith(chapter))
    .join('')
  const [, ...parts] = text.split(/^### /m)
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part]))
}

/** The status of the answer when one step of the provider fails with a code. */
async function statusOf(code: string, step: 'verify' | 'toEvent'): Promise<number> {
  const fail = (): never => {
    throw new DeliveryError(code as DeliveryCode, 'as documented')
  }
  const provider = defineProvider({
    name: 'acme-pay',
    types: ['payment.confirmed'],
    authentication: { verify: step === 'verify' ? fail : () => true, sign: () => ({}) },
    schema: { safeParse: (data: unknown) => ({ success: true, data }) },
    toEvent: (): EventDraft<'payment.confirmed'> => fail(),
  })
  const receiver = createReceiver(provider, { store: memoryStore(), on: {}, onError: () => {} })
  return answerTo(await receiver.receive({ body: '{}', headers: {} }), provider).status
}

describe('docs/errors.md', () => {
  test.each(['ConfigurationCode', 'DeliveryCode', 'ReconcileCode'])('has a heading for every %s', (name) => {
    const codes = union(name)
    expect(codes.length).toBeGreaterThan(2)
    expect(codes.filter((code) => !sections().has(code))).toEqual([])
  })

  test('has no heading for a code that does not exist, and none twice', () => {
    const headings = [...read('docs/errors.md').matchAll(/^### (.*)$/gm)].map((match) => match[1])
    expect(new Set(headings).size).toBe(headings.length)
    const codes = ['ConfigurationCode', 'DeliveryCode', 'ReconcileCode'].flatMap(union)
    expect(new Set(headings)).toEqual(new Set(codes))
  })

  test('says for every code what happened, who acts, the fix and the status', () => {
    const wanted = ['What happened', 'Who acts', 'Fix', 'Status']
    const incomplete = [...sections()].filter(([, text]) => wanted.some((label) => !text.includes(`- **${label}:** `)))
    expect(incomplete.map(([code]) => code)).toEqual([])
  })

  test.each([
    ['Authentication', 'verify'],
    ['Reading the payload', 'toEvent'],
    ['Confirming with the provider', 'toEvent'],
  ] as const)('states the status that really answers each code of: %s', async (chapter, step) => {
    const codes = [...sections(chapter)]
    expect(codes.length).toBeGreaterThan(3)
    for (const [code, text] of codes) {
      const documented = Number(/\*\*Status:\*\* (\d{3})/.exec(text)?.[1])
      expect({ code, status: await statusOf(code, step) }).toEqual({ code, status: documented })
    }
  })
})
