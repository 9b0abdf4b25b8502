/** An SQLite store with some records, and the command on it. */
import { afterAll, beforeAll } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import type { DurableStore } from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { claimRequest } from './claim-request.js'
import { runCommand } from './run-command.js'

/** A message that a sender may write: it clears the screen, and begins a new line. */
export const HOSTILE = 'bad\u001b[2J\nquarantined  acme  forged\u009b\u202e'

export const BODY = Buffer.from('{"name":"Ada",\n"x":"\u001b[31m"')

/** One key in 64 looks like an option. */
export const DASHED = `-${'k'.repeat(42)}`

export async function keep(store: DurableStore<unknown>, key: string, fields: object = {}): Promise<void> {
  await store.quarantine({
    key,
    provider: 'acme',
    eventId: null,
    account: '',
    orderId: null,
    code: 'JSON_INVALID',
    message: HOSTILE,
    body: BODY,
    headers: {},
    ...fields,
  })
}

/** For the tests of one file. */
export function operatorStore() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
  const url = `sqlite:${path.join(folder, 'payments.db')}`
  const db = new Database(url.slice('sqlite:'.length))
  const store = sqliteStore(db)
  const done = claimRequest({ eventId: 'acme:done', provider: 'acme', paymentId: 'pay_done' })
  const failed = claimRequest({ eventId: 'other:failed', provider: 'other' })

  beforeAll(async () => {
    await store.init()
    await store.claim(done)
    await store.complete(done.key, done.token)
    await store.claim(failed)
    await store.release(failed.key, failed.token, 'the handler threw')
    await keep(store, DASHED)
    await keep(store, 'twice-1', { eventId: 'other:failed', provider: 'other', code: 'ID_CONFLICT' })
    await keep(store, 'of-order', { orderId: 'ORDER-7', provider: 'ordered' })
    await keep(store, 'twice-2', { eventId: 'other:failed', provider: 'other', code: 'RETRIES_EXHAUSTED' })
  })
  afterAll(async () => {
    await store.close()
    db.close()
    rmSync(folder, { recursive: true })
  })

  return {
    url,
    store,
    done,
    failed,
    command: (args: readonly string[], { env = {}, ...options }: Parameters<typeof runCommand>[1] = {}) =>
      runCommand(args, { ...options, env: { PAYMENT_WEBHOOKS_STORE: url, ...env } }),
  }
}
