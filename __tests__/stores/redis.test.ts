import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { EventQuery } from '../../src/store.js'
import { redisStore, type RedisStoreOptions } from '../../src/stores/redis.js'
import { redisSearch } from '../../src/stores/internal/redis-search.js'
import { durableStoreConformance } from '../../src/testing/durable-store-conformance.js'
import { claimRequest, keyOf } from '../support/claim-request.js'
import { claimInProcesses, ClaimWorkers } from '../support/claim-workers.js'
import { describeWith, REDIS } from '../support/needs.js'
import { REDIS_URL } from '../support/services.js'

const run = `test-${randomUUID()}`
let names = 0
const prefix = () => `${run}-${names++}`

describeWith(REDIS, 'redisStore', () => {
  let client: Redis
  const ioredis: RedisStoreOptions['sendCommand'] = (command, ...args) => client.call(command, ...args)

  beforeAll(() => {
    client = new Redis(REDIS_URL, { maxRetriesPerRequest: 1 })
  })

  afterAll(async () => {
    const keys = await client.keys(`{${run}*`)
    if (keys.length > 0) await client.del(...keys)
    await client.quit()
  })

  describe('on ioredis', () =>
    durableStoreConformance({
      test,
      create: () => redisStore({ sendCommand: ioredis, prefix: prefix(), allowVolatile: true }),
    }))

  describe.each([2, 3] as const)('on node-redis with RESP%d', (RESP) => {
    const nodeRedis = createClient({ url: REDIS_URL, RESP })
    beforeAll(async () => void (await nodeRedis.connect()))
    afterAll(() => nodeRedis.close())
    durableStoreConformance({
      test,
      create: () =>
        redisStore({ sendCommand: (...args) => nodeRedis.sendCommand(args), prefix: prefix(), allowVolatile: true }),
    })
  })

  test('four processes that start together win each of 200 events exactly once', async () => {
    const name = prefix()
    const events = Array.from({ length: 200 }, () => randomUUID())
    const reports = await claimInProcesses(
      Array.from({ length: 4 }, () => ({ backend: 'redis' as const, at: REDIS_URL, name, events })),
    )
    expect(reports.flatMap(({ errors }) => errors)).toEqual([])
    expect(reports.flatMap(({ claimed }) => claimed).sort()).toEqual([...events].sort())
  }, 60_000)

  test('a claim of a killed process is taken over once its lease has passed', async () => {
    const name = prefix()
    const worker = new ClaimWorkers([
      { backend: 'redis', at: REDIS_URL, name, events: ['one'], hold: true, leaseMs: 1000 },
    ])
    const [report] = await worker.run()
    expect(report!.claimed).toEqual(['one'])
    await worker.end('SIGKILL')
    const store = redisStore({ sendCommand: ioredis, prefix: name, allowVolatile: true })
    const again = claimRequest({ key: keyOf('one') })
    expect(await store.claim(again)).toEqual({ state: 'busy' })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(await store.claim(again)).toEqual({ state: 'busy' })
    await new Promise((resolve) => setTimeout(resolve, again.contestMs + 50))
    expect(await store.claim(again)).toMatchObject({ state: 'claimed', attempt: 2 })
  }, 30_000)

  test('a claim sends one command, and after SCRIPT FLUSH one more, once', async () => {
    const sent: string[] = []
    const store = redisStore({
      sendCommand: (...args) => {
        sent.push(args[0]!)
        return ioredis(...args)
      },
      prefix: prefix(),
      allowVolatile: true,
    })
    await store.claim(claimRequest())
    sent.length = 0
    await store.claim(claimRequest())
    expect(sent).toEqual(['EVALSHA'])
    sent.length = 0
    await client.script('FLUSH')
    expect(await store.claim(claimRequest())).toMatchObject({ state: 'claimed' })
    expect(await store.claim(claimRequest())).toMatchObject({ state: 'claimed' })
    expect(sent).toEqual(['EVALSHA', 'EVAL', 'EVALSHA'])
  })

  test('every key of a store is in one cluster slot', async () => {
    const name = prefix()
    const store = redisStore({ sendCommand: ioredis, prefix: name, allowVolatile: true })
    const done = claimRequest()
    await store.claim(done)
    await store.complete(done.key, done.token)
    await store.claim(claimRequest())
    await store.quarantine({
      key: 'kept',
      provider: 'acme',
      eventId: null,
      account: '',
      orderId: null,
      code: 'JSON_INVALID',
      message: '',
      body: Buffer.from('{'),
      headers: {},
    })
    const keys = await client.keys(`*${name}*`)
    expect(keys).toHaveLength(7)
    expect(keys.filter((key) => !key.startsWith(`{${name}}:`))).toEqual([])
  })

  test('records expire by themselves, and quarantined deliveries never', async () => {
    const name = prefix()
    const store = redisStore({ sendCommand: ioredis, prefix: name, allowVolatile: true })
    const [done, failed, open] = [claimRequest(), claimRequest(), claimRequest()]
    for (const request of [done, failed, open]) await store.claim(request)
    await store.complete(done.key, done.token)
    await store.release(failed.key, failed.token, 'why')
    await store.quarantine({
      key: 'kept',
      provider: 'acme',
      eventId: null,
      account: '',
      orderId: null,
      code: 'JSON_INVALID',
      message: '',
      body: Buffer.from('{'),
      headers: {},
    })
    const ttl = (key: string) => client.pttl(`{${name}}:event:${key}`)
    expect(Math.round((await ttl(done.key)) / 10_000)).toBe(6)
    expect(Math.round((await ttl(failed.key)) / 10_000)).toBe(6)
    expect(Math.round((await ttl(open.key)) / 10_000)).toBe(12)
    expect(await ttl('kept')).toBe(-1)
  })

  test('a claim names its record with one command, by which an order is found without reading any other', async () => {
    const name = prefix()
    const store = redisStore({ sendCommand: ioredis, prefix: name, allowVolatile: true })
    for (let other = 0; other < 20; other++) await store.claim(claimRequest({ orderId: `other ${other}` }))
    const request = claimRequest({ orderId: 'ORDER-7', paymentId: 'pay_7' })
    const asked: string[][] = []
    const monitor = await client.monitor()
    monitor.on('monitor', (_time: string, args: string[]) => void (args.join().includes(name) && asked.push(args)))
    await store.claim(request)
    expect(await store.listEvents({ orderId: 'ORDER-7' })).toMatchObject([{ key: request.key }])
    await client.ping()
    await new Promise((resolve) => setTimeout(resolve, 50))
    monitor.disconnect()
    const names = asked.filter(([command, key]) => command === 'ZADD' && key === `{${name}}:search`)
    expect(names.map((command) => command.length)).toEqual([2 + 4 * 2])
    const sent = asked.map(([command]) => command).filter((command) => /^(ZREV|HMGET|hmget|zrev)/i.test(command!))
    expect(sent).toEqual(['HMGET', 'ZREVRANGEBYLEX', 'HMGET'])
  })

  test('of a provider nothing is read but its own, and of a state nothing but what is in it', async () => {
    const sent: string[] = []
    const sendCommand = (...args: string[]) => {
      sent.push(args[0]!)
      return ioredis(...args)
    }
    const store = redisStore({ sendCommand, prefix: prefix(), allowVolatile: true })
    for (let other = 0; other < 20; other++) await store.claim(claimRequest())
    const [done, failed] = [claimRequest({ provider: 'rare' }), claimRequest({ provider: 'rare' })]
    for (const request of [done, failed]) await store.claim(request)
    await store.complete(done.key, done.token)
    await store.release(failed.key, failed.token, 'why')
    const listed = async (query: EventQuery) => {
      sent.length = 0
      const records = await store.listEvents(query)
      return { keys: records.map(({ key }) => key).sort(), sent: [...sent] }
    }
    const both = [done.key, failed.key].sort()
    expect(await listed({ provider: 'rare' })).toEqual({ keys: both, sent: ['ZREVRANGEBYLEX', 'HMGET', 'HMGET'] })
    expect(await listed({ provider: 'nobody' })).toEqual({ keys: [], sent: ['ZREVRANGEBYLEX'] })
    expect(await listed({ provider: 'rare', state: 'failed' })).toEqual({
      keys: [failed.key],
      sent: ['ZREVRANGEBYSCORE', 'HMGET'],
    })
    expect((await listed({ provider: 'rare', state: 'done' })).keys).toEqual([done.key])
  })

  test('names whose records are gone, or were made anew, are tidied away', async () => {
    const name = prefix()
    const search = `{${name}}:search`
    const store = redisStore({ sendCommand: ioredis, prefix: name, allowVolatile: true })
    const [gone, anew, left] = ['gone', 'anew', 'left'].map((orderId) => claimRequest({ orderId }))
    for (const request of [gone!, anew!, left!]) await store.claim(request)
    await client.del(`{${name}}:event:${gone!.key}`, `{${name}}:event:${anew!.key}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
    await store.claim(anew!)
    expect(await client.zcard(search)).toBe(12)
    const records = await store.listEvents({ orderId: 'anew' })
    expect(records).toMatchObject([{ key: anew!.key }])
    await redisSearch({
      sendCommand: ioredis,
      run: ({ text }, keys, args) => client.eval(text, keys.length, ...keys, ...args),
      recordKey: (key) => `{${name}}:event:${key}`,
      search,
    }).tidy()
    expect(await client.zcard(search)).toBe(6)
    expect(await store.listEvents({ orderId: 'anew' })).toEqual(records)
  })

  test('what was written without names gets them at the next start', async () => {
    const name = prefix()
    const store = () => redisStore({ sendCommand: ioredis, prefix: name, allowVolatile: true })
    const request = claimRequest({ orderId: 'ORDER-7' })
    await store().claim(request)
    await client.del(`{${name}}:search`)
    const opened = store()
    expect(await opened.listEvents({ orderId: 'ORDER-7' })).toEqual([])
    await opened.init()
    expect(await opened.listEvents({ orderId: 'ORDER-7' })).toMatchObject([{ key: request.key }])
    expect(await opened.listEvents({ provider: request.provider })).toMatchObject([{ key: request.key }])
    await opened.close()
  })

  test('what is not remembered is in no list: health checks leave nothing behind', async () => {
    const name = prefix()
    const store = redisStore({ sendCommand: ioredis, prefix: name, allowVolatile: true })
    await store.init()
    const request = claimRequest({ key: '~check', retainMs: 0 })
    await store.claim(request)
    expect(await store.complete(request.key, request.token)).toBe(true)
    expect(await client.keys(`{${name}}*`)).toEqual([`{${name}}:schema`])
    await store.close()
  })

  test('prune takes at most 500 expired events off an index at a time', async () => {
    const store = redisStore({ sendCommand: ioredis, prefix: prefix(), allowVolatile: true })
    await Promise.all(
      Array.from({ length: 501 }, async () => {
        const request = claimRequest({ retainMs: 1 })
        await store.claim(request)
        await store.complete(request.key, request.token)
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([await store.prune(), await store.prune(), await store.prune()]).toEqual([500, 1, 0])
  })

  test('prune also finds what expired behind 500 events that are remembered for longer', async () => {
    const store = redisStore({ sendCommand: ioredis, prefix: prefix(), allowVolatile: true })
    const remember = async (length: number, retainMs: number) => {
      for (let event = 0; event < length; event++) {
        const request = claimRequest({ retainMs })
        await store.claim(request)
        await store.complete(request.key, request.token)
      }
    }
    await remember(500, 60_000)
    await remember(600, 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    let forgotten = 0
    for (let slice = 0; slice < 5; slice++) forgotten += await store.prune()
    expect(forgotten).toBe(600)
    expect(await store.listEvents({ limit: 1000 })).toHaveLength(500)
  })

  test('init fails when the connection is gone', async () => {
    const gone = new Redis(REDIS_URL, { enableOfflineQueue: false })
    gone.disconnect()
    const sendCommand: RedisStoreOptions['sendCommand'] = (command, ...args) => gone.call(command, ...args)
    await expect(redisStore({ sendCommand }).init()).rejects.toThrow()
    await expect(redisStore({ sendCommand, allowVolatile: true }).init()).rejects.toThrow()
  })

  test('close leaves the client open', async () => {
    const store = redisStore({ sendCommand: ioredis, prefix: prefix(), allowVolatile: true })
    await store.init()
    await store.close()
    expect(await client.ping()).toBe('PONG')
  })
})

describe('redisStore options', () => {
  const sendCommand = async () => null

  test.each([
    {},
    { sendCommand: 'x' },
    { sendCommand, prefix: '' },
    { sendCommand, prefix: 'a{b}' },
    { sendCommand, allowVolatile: 'yes' },
  ])('%j throw', (options) => {
    expect(() => redisStore(options as never)).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
  })

  test('an unknown option throws', () => {
    expect(() => redisStore({ sendCommand, prefx: 'x' } as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN' }),
    )
  })
})
