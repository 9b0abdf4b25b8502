/** Proofs inside bodies: no code that keeps, logs or shows a delivery ever gets such a proof. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import Database from 'libsql'
import { createReceiver, type Provider } from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { SECRET } from '../support/hmac-provider.js'
import { CALLBACK, KIND_NAMES, KINDS, payloadFor, TOKEN, type Kind } from '../support/kinds-of-providers.js'
import { allDoors } from '../support/doors.js'
import { recordingStore } from '../support/recording-store.js'
import { runCommand } from '../support/run-command.js'
import { shops } from '../support/shops.js'

const IN_BODY: Kind[] = KIND_NAMES.filter((kind) => KINDS[kind]().authentication.inBody === true)

let log: string[]
beforeEach(() => {
  log = []
  jest.spyOn(console, 'error').mockImplementation((...args) => void log.push(args.map(String).join(' ')))
})
afterEach(() => void jest.restoreAllMocks())

/** The text of the proof in a delivery of this kind. */
function proofIn(provider: Provider, payload: object): string {
  const { body, headers } = provider.sign(payload)
  const content = provider.format.parse(body, { headers }) as Readonly<Record<string, string>>
  return content['sign'] ?? content['token']!
}

describe.each(allDoors)('P7 through %s', (_name, door) => {
  const open = shops({ door })

  test.each(IN_BODY)('%s: not in the store, logs, reports, answers, nor in what handlers get', async (kind) => {
    for (const logsErrors of [true, false]) {
      let amount = '49.90'
      const provider = KINDS[kind]({ read: async () => ({ amount }) })
      const seen: unknown[] = []
      let mood: 'throws' | 'resolves' = 'throws'
      const shop = await open({
        provider,
        logsErrors,
        store: recordingStore({ durable: true }),
        handler(event) {
          seen.push(event)
          if (mood === 'throws') throw new Error('no')
        },
      })
      const proofs: string[] = []
      const send = async (fields: object, spoil = (text: string) => text) => {
        const payload = { ...payloadFor(kind), ...fields }
        proofs.push(proofIn(provider, payload))
        const { body, headers } = provider.sign(payload)
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
        const answer = await shop.post(spoil(body.toString()), ...lines)
        seen.push(answer.raw)
        return answer.status
      }
      const statuses = [
        await send({}),
        // Authentic but no event, so it is kept.
        await send({ id: 'evt_2', amount: (amount = 'none') }),
        await send({ note: 'another' }, (text) => text.replace(/(sign|token)(\W+)\w/, '$1$2Z')),
      ]
      amount = '49.90'
      mood = 'resolves'
      statuses.push(await send({}), await send({}))
      expect(statuses).toEqual([500, 200, 401, 200, 200])
      // Explanations follow the answers.
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
      expect(shop.store.kept).toHaveLength(1)
      expect(logsErrors ? log.length : shop.errors.length).toBeGreaterThan(0)
      const told = inspect([seen, log, shop.errors, shop.outcomes, shop.store.calls, shop.store.kept], { depth: 12 })
      const kept = shop.store.kept.map(({ body }) => body.toString()).join('\n')
      const bodies = shop.errors.map(({ details }) => String(details.body)).join('\n')
      for (const proof of new Set([...proofs, TOKEN, SECRET])) {
        for (const text of [told, kept, bodies]) {
          expect(text).not.toContain(proof)
          expect(text).not.toContain(proof.slice(1))
        }
      }
    }
  })
})

test('P7 what is shown to the operator, and what is replayed, is without it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofs-'))
  const file = join(folder, 'payments.db')
  const store = sqliteStore(new Database(file))
  try {
    const keys: string[] = []
    for (const kind of IN_BODY) {
      const provider = KINDS[kind]({ read: async () => ({ amount: 'none' }) })
      const receiver = createReceiver(provider, { store, on: {}, onError: () => {} })
      const { body, headers } = provider.sign({ ...payloadFor(kind), amount: 'none' })
      expect((await receiver.receive({ body, headers })).kind).toBe('quarantined')
      await receiver.close()
    }
    for (const { key } of await store.listEvents({ state: 'quarantined' })) keys.push(key)
    expect(keys).toHaveLength(IN_BODY.length)
    for (const key of keys) {
      const { code, stdout } = await runCommand(['show', key, '--body'], {
        env: { PAYMENT_WEBHOOKS_STORE: `sqlite:${file}` },
      })
      expect(code).toBe(0)
      expect(stdout).toContain(CALLBACK.note.split(' ')[1])
      expect(stdout).not.toMatch(/[0-9a-f]{64}/)
      expect(stdout).not.toContain(TOKEN)
    }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}, 60_000)

test('P7 a kept delivery is taken through the flow again as what it is: blanked, and not verified', async () => {
  for (const kind of IN_BODY) {
    const provider = KINDS[kind]()
    const { body, headers } = provider.sign(payloadFor(kind))
    const { authentication, format } = provider
    if (authentication.inBody !== true) throw new Error('not in the body')
    const blanked = authentication.withoutProof(format.parse(body, { headers }))
    const kept = format.write(blanked).body
    // The meaning is the same, so a replay is the same event.
    expect(format.parse(kept, { headers: {} })).toEqual({ ...(blanked as object) })
    const [first, again] = [format.parse(kept, { headers: {} }), blanked].map((content) => provider.interpret(content))
    expect(JSON.stringify(first)).toBe(JSON.stringify(again))
  }
})
