import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { redisStore } from '../../../src/stores/redis.js'
import { batchesSuite, oppositeOrdersTest } from '../../support/batches-suite.js'
import { claimRequest } from '../../support/claim-request.js'
import { describeWith, REDIS } from '../../support/needs.js'
import { REDIS_URL } from '../../support/services.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

const run = `batches-${randomUUID()}`
let names = 0
const newPrefix = () => `${run}-${names++}`

type Send = (...args: string[]) => Promise<unknown>

describeWith(REDIS, 'a batch in Redis', () => {
  let client: Redis
  const send: Send = (command, ...args) => client.call(command, ...args)

  beforeAll(() => {
    client = new Redis(REDIS_URL, { maxRetriesPerRequest: 1 })
  })
  afterAll(async () => {
    const keys = await client.keys(`{${run}*`)
    if (keys.length > 0) await client.del(...keys)
    await client.quit()
  })

  async function opened(sendCommand: Send, prefix = newPrefix()) {
    let commands = 0
    const store = redisStore({
      prefix,
      allowVolatile: true,
      sendCommand: (...args) => {
        commands++
        return sendCommand(...args)
      },
    })
    await store.init()
    // Redis loads the scripts of batches, which costs one more command.
    const [one, two] = [claimRequest(), claimRequest()]
    await Promise.all([one, two].map(async (request) => store.claim(request)))
    await Promise.all([one, two].map(async ({ key, token }) => store.complete(key, token)))
    const trips = () => {
      const count = commands
      commands = 0
      return count
    }
    // Redis refuses to write the fields of a record to a key of type string.
    const refuse = (key: string) => client.set(`{${prefix}}:event:${key}`, 'text')
    return { store, trips, refuse }
  }

  batchesSuite(() => opened(send))

  test.each([2, 3] as const)(
    'on node-redis with RESP%d each is answered, and who is to blame is rejected',
    async (RESP) => {
      const nodeRedis = createClient({ url: REDIS_URL, RESP })
      await nodeRedis.connect()
      const { store, refuse } = await opened((...args) => nodeRedis.sendCommand(args))
      const requests = Array.from({ length: 5 }, () => claimRequest())
      await refuse(requests[2]!.key)
      const claims = await Promise.allSettled(requests.map(async (request) => store.claim(request)))
      expect(claims.map((claim) => (claim.status === 'fulfilled' ? claim.value.state : String(claim.reason)))).toEqual([
        'claimed',
        'claimed',
        expect.stringMatching(/WRONGTYPE/),
        'claimed',
        'claimed',
      ])
      await store.close()
      await nodeRedis.close()
    },
  )

  test('a connection that dies after the batch took effect: each is rejected, and claims again what it holds', async () => {
    const proxy = await TcpProxy.before(REDIS_URL, 6379)
    const remote = new Redis(proxy.through(REDIS_URL), {
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: () => 50,
    })
    remote.on('error', () => {})
    const prefix = newPrefix()
    const { store } = await opened((command, ...args) => remote.call(command, ...args), prefix)
    const { store: near } = await opened(send, prefix)
    const requests = Array.from({ length: 10 }, () => claimRequest())
    const claiming = Promise.allSettled(requests.map(async (request) => store.claim(request)))
    proxy.hold('answers')
    while ((await near.getEvent(requests[9]!.key)) === null) await new Promise((resolve) => setTimeout(resolve, 10))
    await proxy.close()
    expect((await claiming).map(({ status }) => status)).toEqual(Array(10).fill('rejected'))
    const others = requests.map(({ key }) => claimRequest({ key }))
    expect(await Promise.all(others.map(async (request) => near.claim(request)))).toEqual(
      Array(10).fill({ state: 'busy' }),
    )
    const again = await Promise.all(requests.map(async (request) => near.claim(request)))
    expect(again).toEqual(Array(10).fill(expect.objectContaining({ state: 'claimed', attempt: 1 })))
    await Promise.all([store.close(), near.close()])
    remote.disconnect()
  })

  oppositeOrdersTest(() => ({ backend: 'redis', at: REDIS_URL, name: newPrefix() }))
})
