/** Receivers that are made when a job needs them: those of tenants, on time that passes when the test says so. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import { coinsPh, createReceiver, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { tenantWebhook } from 'express-payment-webhooks/tenants'
import { startWorkers } from 'express-payment-webhooks/workers'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { pass, withFakeTime } from '../support/fake-time.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { memoryQueue } from '../support/memory-queue.js'
import { secretOf } from '../support/tenant-shop.js'

withFakeTime()

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function platform(
  find: (tenant: string) => Provider | null = (tenant) => hmacProvider({ secret: secretOf(tenant) }),
  handler: (event: WebhookEvent) => unknown = () => {},
  queue = memoryQueue(),
) {
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  const handled: string[] = []
  const webhook = tenantWebhook<WebhookEvent>({
    tenant: (req) => req.params['merchant'],
    provider: find,
    store,
    queue,
    idleMs: 1000,
    on: {
      async 'payment.confirmed'(event, { account }) {
        await handler(event)
        handled.push(`${account} ${event.id}`)
      },
    },
    onError: () => {},
  })
  closing.push(
    () => store.close(),
    () => webhook.close(),
  )
  const comes = (tenant: string, body = bodyOf()) =>
    webhook.withReceiver(tenant, (receiver) =>
      receiver.receive({ body, headers: { 'x-signature': signatureOf(body, secretOf(tenant)) } }),
    )
  const work = async () => {
    const workers = await startWorkers(webhook)
    closing.push(() => workers.close())
  }
  return { webhook, queue, handled, comes, work }
}

function silent(): void {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
  closing.push(() => warned.mockRestore())
}

test('the job of a tenant that is none at the moment runs once it is one again', async () => {
  const known = new Set(['acme'])
  const { webhook, queue, handled, comes, work } = platform((tenant) =>
    known.has(tenant) ? hmacProvider({ secret: secretOf(tenant) }) : null,
  )
  silent()
  expect((await comes('acme')).kind).toBe('queued')
  known.delete('acme')
  webhook.forget('acme')
  await work()
  // For an hour it is no tenant.
  await pass(60 * 60_000, 10_000)
  expect([handled, queue.jobs.size]).toEqual([[], 1])
  known.add('acme')
  webhook.forget('acme')
  await pass(60_000)
  expect([handled, queue.jobs.size]).toEqual([['acme hmac:evt_1'], 0])
})

test('a tenant is not forgotten while its job runs, however long it is idle', async () => {
  let end = () => {}
  const { webhook, handled, comes, work } = platform(undefined, () => new Promise<void>((resolve) => (end = resolve)))
  await comes('acme')
  await work()
  await pass(20_000)
  expect((await webhook.health()).loaded).toBe(1)
  end()
  await pass(1000)
  expect(handled).toEqual(['acme hmac:evt_1'])
  await pass(20_000)
  expect((await webhook.health()).loaded).toBe(0)
})

test('a tenant whose secret changes while its job runs has it handled once', async () => {
  let end = () => {}
  const { webhook, queue, handled, comes, work } = platform(
    undefined,
    () => new Promise<void>((resolve) => (end = resolve)),
  )
  await comes('acme')
  await work()
  await pass(100)
  webhook.forget('acme')
  await pass(5000)
  end()
  await pass(60_000)
  expect([handled, queue.jobs.size]).toEqual([['acme hmac:evt_1'], 0])
})

test('a tenant that has gone to another provider keeps the job of the old one for the operator of that', async () => {
  let provider: Provider = hmacProvider({ secret: secretOf('acme') })
  const { webhook, queue, handled, comes, work } = platform(() => provider)
  silent()
  await comes('acme')
  provider = coinsPh({ token: 'k7Jw2nVq9TzR4mXc8LpB3sYd' })
  webhook.forget('acme')
  await work()
  await pass(120_000, 1000)
  expect([handled, queue.jobs.size]).toEqual([[], 1])
})

describe('two doors and a receiver on one queue', () => {
  const only = (name: string) => (tenant: string) => (tenant === name ? hmacProvider({ secret: secretOf(name) }) : null)

  /** Their jobs wait; no worker runs yet. */
  async function threeOfOne(findAcme = only('acme'), findBolt: typeof findAcme | undefined = only('bolt')) {
    const acme = platform(findAcme)
    const bolt = platform(findBolt, undefined, acme.queue)
    const handled: string[] = []
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    const receiver = createReceiver(hmacProvider({ secret: secretOf('own') }), {
      store,
      queue: acme.queue,
      on: { 'payment.confirmed': ({ id }) => void handled.push(id) },
    })
    closing.push(
      () => store.close(),
      () => receiver.close(),
    )
    const body = bodyOf()
    await acme.comes('acme')
    await bolt.comes('bolt')
    await receiver.receive({ body, headers: { 'x-signature': signatureOf(body, secretOf('own')) } })
    expect(acme.queue.jobs.size).toBe(3)
    const work = async (members: Parameters<typeof startWorkers>[0]) => {
      const workers = await startWorkers(members)
      closing.push(() => workers.close())
    }
    return { acme, bolt, receiver, handled, work }
  }

  test('have their jobs run at once by workers that were given all, each with its own handlers', async () => {
    const { acme, bolt, receiver, handled, work } = await threeOfOne()
    await work([acme.webhook, bolt.webhook, receiver])
    await pass(1000)
    expect([acme.handled, bolt.handled, handled]).toEqual([['acme hmac:evt_1'], ['bolt hmac:evt_1'], ['hmac:evt_1']])
    expect(acme.queue.jobs.size).toBe(0)
  })

  test('leave to no other door a job of one that cannot say now whether it is its own', async () => {
    let isAway = false
    const find = (tenant: string) => {
      if (isAway) throw new Error('the database is away')
      return only('acme')(tenant)
    }
    const { acme, bolt, receiver, work } = await threeOfOne(find, (tenant) =>
      hmacProvider({ secret: secretOf(tenant) }),
    )
    silent()
    isAway = true
    acme.webhook.forget('acme')
    await work([acme.webhook, bolt.webhook, receiver])
    await pass(20_000, 1000)
    expect([acme.handled, bolt.handled, acme.queue.jobs.size]).toEqual([[], [], 2])
    isAway = false
    await pass(60_000, 1000)
    expect([acme.handled, bolt.handled, acme.queue.jobs.size]).toEqual([['acme hmac:evt_1'], ['bolt hmac:evt_1'], 0])
  })

  test('are refused workers of their own, which would put off the jobs of the others', async () => {
    const { acme, bolt, receiver, work } = await threeOfOne()
    silent()
    await work(acme.webhook)
    for (const other of [bolt.webhook, [receiver]]) {
      await expect(startWorkers(other)).rejects.toMatchObject({
        code: 'CONFIG_OPTION_INVALID',
        message: expect.stringContaining('Give all its receivers to one call, or a queue to each call'),
      })
    }
  })

  test('may have other workers once the first have closed, or could not start', async () => {
    const { acme, bolt, receiver, work } = await threeOfOne()
    silent()
    const { queue } = acme
    const { work: works } = queue
    Object.assign(queue, { work: () => Promise.reject(new Error('ECONNREFUSED')) })
    await expect(startWorkers(acme.webhook)).rejects.toThrow('ECONNREFUSED')
    Object.assign(queue, { work: works })
    const first = await startWorkers(acme.webhook)
    await first.close()
    await work([acme.webhook, bolt.webhook, receiver])
    // A second close of the first workers does not affect the others.
    await first.close()
    await expect(startWorkers(bolt.webhook)).rejects.toMatchObject({ code: 'CONFIG_OPTION_INVALID' })
  })
})
