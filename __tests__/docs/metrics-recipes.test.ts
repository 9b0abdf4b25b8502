/** The recipes of docs/operations.md, run as a shop would run them. */
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import express from 'express'
import { memoryStore, paymentWebhook, type OutcomeReport, type PaymentWebhook } from 'express-payment-webhooks'
import { Registry } from 'prom-client'
import request from 'supertest'
import { startWorkers } from 'express-payment-webhooks/workers'
import Database from 'libsql'
import { healthRoute, shutDown } from '../../examples/recipes/health.js'
import { openTelemetryMetrics } from '../../examples/recipes/opentelemetry.js'
import { prometheusMetrics } from '../../examples/recipes/prometheus.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { memoryQueue } from '../support/memory-queue.js'
import { root } from './snippets.js'

const open: PaymentWebhook[] = []
afterEach(async () => void (await Promise.all(open.splice(0).map((webhook) => webhook.close()))))

function shop(onOutcome?: (report: OutcomeReport) => void) {
  const webhook = paymentWebhook(hmacProvider(), {
    store: memoryStore(),
    on: { 'payment.confirmed': () => {} },
    onError: () => {},
    ...(onOutcome && { onOutcome }),
  })
  open.push(webhook)
  const app = express().use('/hook', webhook)
  const deliver = (body = bodyOf(), signature = signatureOf(body)) =>
    request(app).post('/hook').set('x-signature', signature).send(body)
  return { app, webhook, deliver }
}

/** One delivery that is handled, the same again, and a forged one. */
async function deliverThree(deliver: ReturnType<typeof shop>['deliver']) {
  await deliver().expect(200)
  await deliver().expect(200)
  await deliver(bodyOf(), signatureOf('other')).expect(401)
}

describe('docs/operations.md', () => {
  test.each(['prometheus', 'opentelemetry', 'health'])('shows the recipe %s as it is run here', (name) => {
    const recipe = readFileSync(join(root, `examples/recipes/${name}.ts`), 'utf8')
    expect(readFileSync(join(root, 'docs/operations.md'), 'utf8')).toContain(`\`\`\`ts\n${recipe}\`\`\``)
  })
})

describe('the Prometheus recipe', () => {
  test('counts and times every delivery in the process', async () => {
    const registry = new Registry()
    prometheusMetrics(registry)
    await deliverThree(shop().deliver)
    const text = await registry.metrics()
    expect(text).toContain('payment_webhook_deliveries_total{provider="hmac",outcome="handled",code=""} 1')
    expect(text).toContain('payment_webhook_deliveries_total{provider="hmac",outcome="duplicate",code=""} 1')
    expect(text).toContain(
      'payment_webhook_deliveries_total{provider="hmac",outcome="not_authentic",code="AUTH_MISMATCH"} 1',
    )
    expect(text).toContain('payment_webhook_duration_seconds_count{provider="hmac",outcome="handled"} 1')
  })
})

test('of a shop with a queue the Prometheus recipe counts what came as queued, and what workers did beside it', async () => {
  const registry = new Registry()
  prometheusMetrics(registry)
  const queue = memoryQueue()
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  const webhook = paymentWebhook(hmacProvider(), { store, queue, on: { 'payment.confirmed': () => {} } })
  open.push(webhook)
  const workers = await startWorkers([webhook])
  const app = express().use('/hook', webhook)
  await request(app).post('/hook').set('x-signature', signatureOf(bodyOf())).send(bodyOf()).expect(200)
  while (queue.jobs.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await workers.close()
  const text = await registry.metrics()
  for (const outcome of ['queued', 'handled']) {
    expect(text).toContain(`payment_webhook_deliveries_total{provider="hmac",outcome="${outcome}",code=""} 1`)
    expect(text).toContain(`payment_webhook_duration_seconds_count{provider="hmac",outcome="${outcome}"} 1`)
  }
  await store.close()
})

describe('the OpenTelemetry recipe', () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] })
  metrics.setGlobalMeterProvider(meters)
  afterAll(async () => {
    metrics.disable()
    await meters.shutdown()
  })

  test('counts and times every delivery of the webhook it was given to', async () => {
    await deliverThree(shop(openTelemetryMetrics()).deliver)
    await shop().deliver().expect(200)
    await meters.forceFlush()
    const found = exporter.getMetrics().at(-1)!.scopeMetrics[0]!.metrics
    const points = Object.fromEntries(found.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]))
    expect(points['payment_webhook.deliveries']).toMatchObject([
      { attributes: { provider: 'hmac', outcome: 'handled' }, value: 1 },
      { attributes: { provider: 'hmac', outcome: 'duplicate' }, value: 1 },
      { attributes: { provider: 'hmac', outcome: 'not_authentic', code: 'AUTH_MISMATCH' }, value: 1 },
    ])
    expect(points['payment_webhook.duration']).toMatchObject([
      { attributes: { provider: 'hmac', outcome: 'handled' }, value: { count: 1 } },
      { attributes: { outcome: 'duplicate' } },
      { attributes: { outcome: 'not_authentic' } },
    ])
  })
})

describe('the health recipe', () => {
  test('answers 200 while deliveries can be taken, and 503 once the shop is closing', async () => {
    const { app, webhook } = shop()
    const health = healthRoute(app, [webhook])
    const healthy = await request(app).get('/health')
    expect([healthy.status, healthy.body]).toEqual([200, [{ provider: 'hmac', ok: true, inProgress: 0 }]])
    health.fail()
    const failing = await request(app).get('/health')
    expect([failing.status, failing.body]).toEqual([503, healthy.body])
    await webhook.close()
    expect((await request(app).get('/health')).status).toBe(503)
  })

  test('shutDown first fails the health route, and goes on handling deliveries until the load balancer has noticed', async () => {
    const { app, webhook, deliver } = shop()
    const health = healthRoute(app, [webhook])
    const server = app.listen(0, '127.0.0.1')
    const probe = () => request(server).get('/health')
    let seen: unknown
    const noticed = async () => {
      seen = [(await probe()).status, (await deliver()).status, (await webhook.health()).closing]
    }
    const closed: unknown[] = []
    const close = (name: string) => async () =>
      void closed.push([name, server.listening, (await webhook.health()).closing])
    const closeLast = [close('store'), close('client')]
    await shutDown({ health, noticed, webhooks: [webhook], server, closeLast })
    expect(seen).toEqual([503, 200, false])
    expect(closed).toEqual([
      ['store', false, true],
      ['client', false, true],
    ])
  })

  test('shutDown lets a running handler finish, and then stops listening', async () => {
    let finish = () => {}
    let started = () => {}
    const running = new Promise<void>((resolve) => (started = resolve))
    const webhook = paymentWebhook(hmacProvider(), {
      store: memoryStore(),
      on: {
        'payment.confirmed': () => {
          started()
          return new Promise<void>((resolve) => (finish = resolve))
        },
      },
    })
    const app = express().use('/hook', webhook)
    const health = healthRoute(app, [webhook])
    const server = app.listen(0, '127.0.0.1')
    const body = bodyOf()
    const delivery = request(server).post('/hook').set('x-signature', signatureOf(body)).send(body).then()
    await running
    const down = shutDown({ health, noticed: async () => {}, webhooks: [webhook], server, closeLast: [] })
    finish()
    await down
    expect((await delivery).status).toBe(200)
    expect(server.listening).toBe(false)
  })
})
