/** What `init` and health checks say about a Redis that may forget: a server of the suite's own, set up as shops have it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Cluster, Redis } from 'ioredis'
import { createClient } from 'redis'
import { createReceiver } from '../../../src/index.js'
import { setClock, clock } from '../../../src/lib/clock.js'
import { redisStore, type RedisStoreOptions } from '../../../src/stores/redis.js'
import { hmacProvider } from '../../support/hmac-provider.js'
import { describeWith, REDIS_SERVER } from '../../support/needs.js'
import { RedisServer } from '../../support/redis-server.js'

const SAFE = { maxmemory: '0', 'maxmemory-policy': 'noeviction', appendonly: 'yes', appendfsync: 'always' }

describeWith(REDIS_SERVER, 'a Redis that may forget', () => {
  const server = new RedisServer()
  const warnings: string[] = []
  let client: Redis
  const sendCommand: RedisStoreOptions['sendCommand'] = (command, ...args) => client.call(command, ...args)

  beforeAll(async () => {
    await server.start()
    client = new Redis(server.url, { maxRetriesPerRequest: 1 })
  }, 20_000)

  afterAll(async () => {
    client.disconnect()
    await server.remove()
  })

  beforeEach(() => {
    warnings.length = 0
    jest.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)))
  })

  afterEach(async () => {
    jest.restoreAllMocks()
    setClock()
    await set(SAFE)
  })

  const set = async (settings: Record<string, string>) => {
    for (const [name, value] of Object.entries(settings)) await client.call('CONFIG', 'SET', name, value)
  }

  async function initOn(send = sendCommand, options: Partial<RedisStoreOptions> = {}): Promise<void> {
    const store = redisStore({ sendCommand: send, prefix: randomUUID(), ...options })
    try {
      await store.init()
    } finally {
      await store.close()
    }
  }

  test('nothing is said about one that keeps everything', async () => {
    await initOn()
    expect(warnings).toEqual([])
  })

  test.each([
    [{ maxmemory: '100000000', 'maxmemory-policy': 'allkeys-lru' }, /maxmemory-policy is allkeys-lru/],
    [{ maxmemory: '100000000', 'maxmemory-policy': 'volatile-ttl' }, /maxmemory-policy is volatile-ttl/],
    [{ appendonly: 'no' }, /no append-only file/],
    [{ appendfsync: 'everysec' }, /appendfsync is everysec/],
    [{ appendfsync: 'no' }, /appendfsync is no/],
  ])('%j is refused, unless allowVolatile accepts it', async (settings, message) => {
    await set(settings)
    await expect(initOn()).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'CONFIG_STORE_UNSAFE',
      message: expect.stringMatching(message),
    })
    await initOn(sendCommand, { allowVolatile: true })
    expect(warnings).toEqual([])
  })

  test('an eviction policy that never acts, because memory has no limit, is taken', async () => {
    await set({ maxmemory: '0', 'maxmemory-policy': 'allkeys-lru' })
    await initOn()
    expect(warnings).toEqual([])
  })

  test.each([2, 3] as const)('node-redis with RESP%d is told the same', async (RESP) => {
    const other = createClient({ url: server.url, RESP })
    await other.connect()
    const send: RedisStoreOptions['sendCommand'] = (...args) => other.sendCommand(args)
    await initOn(send)
    await set({ appendfsync: 'everysec' })
    await expect(initOn(send)).rejects.toMatchObject({ code: 'CONFIG_STORE_UNSAFE' })
    other.destroy()
    expect(warnings).toEqual([])
  })

  test.each([
    ['-info', /the settings of this Redis cannot be read/],
    ['-config', /the appendfsync of this Redis is unknown/],
  ])('where an ACL has %s, there is one warning, also when it is asked again', async (rule, message) => {
    const user = `user-${randomUUID()}`
    await client.call('ACL', 'SETUSER', user, 'on', '>secret', '~*', '+@all', rule)
    const limited = new Redis(server.url, { username: user, password: 'secret', enableReadyCheck: false })
    const store = redisStore({ sendCommand: (command, ...args) => limited.call(command, ...args) })
    await store.init()
    await store.check?.()
    await store.close()
    await limited.quit()
    expect(warnings).toEqual([expect.stringMatching(message)])
  })

  test('eviction that is switched on later is seen by a health check', async () => {
    const store = redisStore({ sendCommand, prefix: randomUUID() })
    const receiver = createReceiver(hmacProvider(), { store, on: {}, onError: () => {} })
    expect(await receiver.health()).toMatchObject({ ok: true })
    await set({ maxmemory: '100000000', 'maxmemory-policy': 'allkeys-lru' })
    const system = clock
    setClock({ ...system, monotonic: () => system.monotonic() + 61_000 })
    expect(await receiver.health()).toMatchObject({
      ok: false,
      error: { code: 'STORE_UNAVAILABLE', cause: { code: 'CONFIG_STORE_UNSAFE' } },
    })
    await receiver.close()
    await store.close()
  })

  test.each([
    ['ZADD', '-zadd'],
    ['any write', '-@write'],
  ])('a user without the right to %s fails init, and a health check', async (_, rule) => {
    const user = `user-${randomUUID()}`
    await client.call('ACL', 'SETUSER', user, 'on', '>secret', '~*', '+@all', rule)
    const limited = new Redis(server.url, { username: user, password: 'secret' })
    const store = redisStore({ sendCommand: (command, ...args) => limited.call(command, ...args) })
    await expect(store.init()).rejects.toThrow()
    const receiver = createReceiver(hmacProvider(), { store, on: {}, onError: () => {} })
    expect(await receiver.health()).toMatchObject({ ok: false, store: 'unavailable' })
    await receiver.close()
    await limited.quit()
  })
})

describeWith(REDIS_SERVER, 'a cluster of Redis', () => {
  const servers = [new RedisServer({ cluster: true }), new RedisServer({ cluster: true })] as const
  let cluster: Cluster

  beforeAll(async () => {
    await Promise.all(servers.map((server) => server.start()))
    await RedisServer.join(servers)
    cluster = new Cluster(servers.map(({ port }) => ({ host: '127.0.0.1', port })))
    await new Promise((resolve) => cluster.once('ready', resolve))
  }, 30_000)

  afterAll(async () => {
    cluster.disconnect()
    await Promise.all(servers.map((server) => server.remove()))
  })

  test('the node that has the keys is asked, whichever one evicts', async () => {
    const sendCommand: RedisStoreOptions['sendCommand'] = (command, ...args) => cluster.call(command, ...args)
    const [first] = servers
    const one = new Redis(first.url)
    await one.config('SET', 'maxmemory', '100000000')
    await one.config('SET', 'maxmemory-policy', 'allkeys-lru')
    // Slots up to 8191 are the first node's.
    const prefixes = Array.from({ length: 20 }, (_, number) => `shop-${number}`)
    const slots = await Promise.all(prefixes.map((prefix) => one.cluster('KEYSLOT', prefix)))
    const answers = await Promise.all(
      prefixes.map(async (prefix) => {
        const store = redisStore({ sendCommand, prefix })
        const answer = await Promise.resolve(store.init()).then(
          () => 'safe',
          (error: unknown) => (error as { code?: string }).code,
        )
        await store.close()
        return answer
      }),
    )
    expect(answers).toEqual(slots.map((slot) => (Number(slot) < 8192 ? 'CONFIG_STORE_UNSAFE' : 'safe')))
    expect(new Set(answers).size).toBe(2)
    one.disconnect()
  })
})
