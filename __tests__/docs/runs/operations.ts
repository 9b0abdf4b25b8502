/** The blocks of docs/operations.md and of the stores' pages. */
import { EventEmitter, once } from 'node:events'
import { type RequestListener } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect } from '@jest/globals'
import express from 'express'
import Database from 'libsql'
import request from 'supertest'
import { memoryStore, paymentWebhook, type DurableStore } from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import * as recipe from '../../../examples/recipes/health.js'
import { runBlock } from '../run-block.js'
import { providers } from '../scene.js'
import { isFile, notRun, ranBy, type Runs } from './run.js'

const METRICS = '__tests__/docs/metrics-recipes.test.ts'
const LOG_LINES = '__tests__/docs/log-lines.test.ts'
const TIMES = '__tests__/cli/send/times.test.ts'
const FORGED = '__tests__/cli/send/forged.test.ts'
const DISMISS = '__tests__/cli/dismiss.test.ts'
const CLI = notRun('a command line and what it prints; __tests__/cli runs these commands')

export const OPERATIONS_RUNS: Runs = {
  async 'docs/operations.md > Start'({ code }) {
    const db = new Database(':memory:')
    const store = sqliteStore(db, { allowVolatile: true })
    await runBlock(code, { globals: { store } })
    expect(db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()).not.toEqual([])
    await store.close()
    db.close()
    await expect(runBlock(code, { globals: { store: sqliteStore(db) } })).rejects.toThrow()
  },
  'docs/operations.md > Health and shutdown': isFile('examples/recipes/health.ts', METRICS),
  async 'docs/operations.md > Health and shutdown (2)'({ code }) {
    const process = new EventEmitter()
    const webhook = paymentWebhook(providers['coins-ph'], { store: memoryStore(), on: {} })
    const app = express()
    const server = app.listen(0, '127.0.0.1')
    const isHealthy = async () => (await request(server).get('/health')).status
    const steps = new EventEmitter()
    const [paused, storeClosed] = [once(steps, 'pause'), once(steps, 'store closed')]
    const store = { close: async () => void steps.emit('store closed', server.listening) }
    const setTimeout = (ms: number) => {
      const noticed = once(steps, 'noticed')
      steps.emit('pause', ms)
      return noticed
    }
    const modules = { './health.js': recipe, 'node:timers/promises': { setTimeout } }
    await runBlock(code, { globals: { process, app, webhook, server, store }, modules })
    expect(await isHealthy()).toBe(200)
    process.emit('SIGTERM')
    expect(await paused).toEqual([5000])
    expect([await isHealthy(), await webhook.health()]).toMatchObject([503, { ok: true }])
    steps.emit('noticed')
    expect(await storeClosed).toEqual([false])
    expect(await webhook.health()).toMatchObject({ ok: false, closing: true })
  },
  'docs/operations.md > Moving over from another receiver': ranBy('__tests__/flow/observe.test.ts', "mode: 'observe'"),
  'docs/operations.md > Logs': ranBy(LOG_LINES, 'docs/operations.md'),
  'docs/operations.md > Logs (2)': ranBy(LOG_LINES, 'docs/operations.md'),
  'docs/operations.md > Prometheus': isFile('examples/recipes/prometheus.ts', METRICS),
  'docs/operations.md > OpenTelemetry': isFile('examples/recipes/opentelemetry.ts', METRICS),
  'docs/operations.md > Sending a sample': CLI,
  'docs/operations.md > Sending a sample (2)': CLI,
  'docs/operations.md > Sending a sample (3)': CLI,
  'docs/operations.md > Sending a sample (4)': CLI,
  'docs/operations.md > Sending a sample (5)': ranBy(TIMES, "'503', '503', '503', '503'"),
  'docs/operations.md > Sending a sample (6)': ranBy(FORGED, 'the right answer to a forgery'),
  'docs/operations.md > Examining an endpoint': CLI,
  'docs/operations.md > Examining an endpoint (2)': CLI,
  'docs/operations.md > Examining an endpoint (3)': CLI,
  'docs/operations.md > Quarantine and replay': CLI,
  'docs/operations.md > Quarantine and replay (2)': CLI,
  'docs/operations.md > Quarantine and replay (3)': CLI,
  'docs/operations.md > Quarantine and replay (4)': CLI,
  'docs/operations.md > Quarantine and replay (5)': CLI,
  'docs/operations.md > Quarantine and replay (6)': CLI,
  'docs/operations.md > Quarantine and replay (7)': CLI,
  'docs/operations.md > Dismissing what nobody can handle': ranBy(DISMISS, 'dismissed: ${PAID}'),
  'docs/operations.md > Another table, prefix or database': CLI,

  async 'docs/operator.md > Mounting'({ code }) {
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    await store.init()
    const app = express()
    let session = {}
    app.use((req, _res, next) => void next(Object.assign(req, { session }) && undefined))
    await runBlock(code, { globals: { app, store } })
    const page = '/operator/payments'
    const refused = await request(app).get(page)
    expect([refused.status, refused.text.includes('for operators of the shop')]).toEqual([403, true])
    session = { staff: 'Ada' }
    const { status, text } = await request(app).get(page)
    expect([status, text.includes('Nothing has come yet'), text.includes('Ada')]).toEqual([200, true, true])
    await store.close()
  },
  async 'docs/operator.md > Mounting (2)'({ code }) {
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    await store.init()
    const app = express()
    await expect(runBlock(code, { globals: { app, store } })).rejects.toThrow('OPERATOR_PASSWORD is not set')
    process.env.OPERATOR_PASSWORD = 'horse:staple'
    await runBlock(code, { globals: { app, store } })
    delete process.env.OPERATOR_PASSWORD
    const page = '/operator/payments'
    const asked = await request(app).get(page)
    expect([asked.status, asked.headers['www-authenticate']]).toEqual([401, 'Basic realm="Payments"'])
    for (const wrong of ['horse', '', 'horse:staple2']) {
      expect((await request(app).get(page).auth('Ada', wrong)).status).toBe(401)
    }
    const { status, text } = await request(app).get(page).auth('Ada', 'horse:staple')
    expect([status, text.includes('Nothing has come yet'), text.includes('Ada')]).toEqual([200, true, true])
    await store.close()
  },
  async 'docs/operator.md > Mounting (3)'({ code }) {
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    await store.init()
    const http = {
      createServer: (page: RequestListener) => ({
        listen: async () => expect((await request(page).get('/staff')).status).toBe(200),
      }),
    }
    const awaited = code.replace(/^createServer/m, 'await createServer')
    await runBlock(awaited, { globals: { store }, modules: { 'node:http': http } })
    await store.close()
  },

  async 'docs/stores.md > Looking inside (2)'({ code }) {
    const before = process.cwd()
    const folder = mkdtempSync(path.join(os.tmpdir(), 'docs_search_'))
    process.chdir(folder)
    try {
      const said: unknown[] = []
      await runBlock(code, { globals: { console: { log: (value: unknown) => void said.push(value) } } })
      expect(said).toEqual([[], { failed: 0, quarantined: 0 }])
    } finally {
      process.chdir(before)
      rmSync(folder, { recursive: true })
    }
  },
  async 'docs/stores.md > SQLite'({ code }) {
    const before = process.cwd()
    const folder = mkdtempSync(path.join(os.tmpdir(), 'docs_sqlite_'))
    process.chdir(folder)
    try {
      const { store } = (await runBlock(code, { results: ['store'] })) as { store: DurableStore }
      await store.init()
      expect(await store.listEvents()).toEqual([])
      await store.close()
    } finally {
      process.chdir(before)
      rmSync(folder, { recursive: true })
    }
  },
}
