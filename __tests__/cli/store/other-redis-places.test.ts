/** A Redis in which the shop keeps its events in another place: an operator gets a hint instead of an empty list. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { Redis } from 'ioredis'
import { systemClock } from '../../../src/cli/clock.js'
import { otherRedisPlaces } from '../../../src/cli/store/other-redis-places.js'
import { claimRequest } from '../../support/claim-request.js'
import { keep } from '../../support/operator-store.js'
import { describeWith, REDIS_SERVER } from '../../support/needs.js'
import { RedisServer } from '../../support/redis-server.js'
import { runCommand } from '../../support/run-command.js'

jest.setTimeout(60_000)

interface RedisOptions {
  readonly keyPrefix?: string
  readonly db?: number
}

/** Projects with one of the two clients each. */
const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
afterAll(() => rmSync(folder, { recursive: true }))
const projects = ['ioredis', 'redis'].map((name) => {
  const project = path.join(folder, `with-${name}`)
  mkdirSync(path.join(project, 'node_modules'), { recursive: true })
  symlinkSync(path.join(__dirname, '../../../node_modules', name), path.join(project, 'node_modules', name))
  return [name, project] as const
})

describeWith(REDIS_SERVER, 'an empty place in a Redis', () => {
  const server = new RedisServer()
  const open: Redis[] = []
  let admin: Redis

  beforeAll(async () => {
    await server.start()
    admin = new Redis(server.url)
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.quit()))
    await admin.flushall()
  })
  afterAll(async () => {
    await admin.quit()
    await server.remove()
  })

  /** The store of a shop with these options of ioredis, and with its own prefix if one is given. */
  function shopWith(options: RedisOptions, prefix?: string) {
    const client = new Redis(server.url, options)
    open.push(client)
    return redisStore({
      sendCommand: (command, ...args) => client.call(command, ...args),
      ...(prefix !== undefined && { prefix }),
    })
  }

  const events = (args: readonly string[] = [], options: Parameters<typeof runCommand>[1] = {}, database = '') =>
    runCommand(['events', '--store', `${server.url}${database}`, ...args], options)

  test.each<[string, RedisOptions, string | undefined, readonly string[], string]>([
    [
      'behind a key prefix',
      { keyPrefix: 'shop:' },
      undefined,
      [],
      "shop:{payment-webhooks}: pass --key-prefix 'shop:'",
    ],
    ['behind a hostile key prefix', { keyPrefix: 'a b\n' }, undefined, [], 'a b\\u000a{payment-webhooks}: pass'],
    ['under another prefix', {}, 'shop-2', [], '{shop-2}: pass --prefix shop-2'],
    ['under the default prefix', {}, undefined, ['--prefix', 'shop'], '{payment-webhooks}: leave out --prefix'],
    [
      'in another database',
      { db: 3 },
      undefined,
      [],
      "{payment-webhooks} in database 3: pass /3 at the end of the store's URL",
    ],
    [
      'at none of these',
      { db: 3, keyPrefix: 'eu:' },
      'shop-2',
      ['--prefix', 'shop'],
      "eu:{shop-2} in database 3: pass --prefix shop-2 and --key-prefix 'eu:' and /3 at the end of the store's URL",
    ],
  ])('ends with 3 where a delivery is quarantined %s, and says so', async (_name, options, prefix, args, place) => {
    await keep(shopWith(options, prefix), 'kept')
    for (const [, cwd] of projects) {
      const { code, stdout, stderr } = await events(args, { cwd })
      expect([code, stdout]).toEqual([3, ''])
      expect(stderr).toMatch(/^nothing is stored in \S+\. This Redis holds events of this package elsewhere:\n/)
      expect(stderr).toContain(`\n  ${place}`)
    }
  })

  test.each([
    ['show', 'kept'],
    ['replay', '--all'],
    ['replay', 'kept'],
  ])('%s %s ends with 3 as well', async (...args) => {
    await keep(shopWith({ keyPrefix: 'shop:' }), 'kept')
    const { code, stderr } = await runCommand([...args, '--store', server.url])
    expect([code, stderr]).toEqual([3, expect.stringContaining("pass --key-prefix 'shop:'")])
  })

  test('names the most likely place first, and none twice', async () => {
    for (const prefix of ['a', 'b']) await keep(shopWith({}, prefix), 'kept')
    for (const key of ['kept', 'kept-2']) await keep(shopWith({ keyPrefix: 'shop:' }), key)
    const done = claimRequest()
    const store = shopWith({ keyPrefix: 'shop:' })
    await store.claim(done)
    await store.complete(done.key, done.token)
    const { stderr } = await events()
    const [, first, ...others] = stderr.trimEnd().split('\n')
    expect(first).toMatch(/^ {2}shop:\{payment-webhooks\}/)
    expect(others.sort()).toEqual(['  {a}: pass --prefix a', '  {b}: pass --prefix b'])
  })

  test.each([
    ['a Redis that is empty', async () => {}],
    [
      'keys of others that look alike',
      async () => {
        await admin.set('{payment}:done', '1')
        await admin.zadd('{payment}:done:today', 1, 'x')
        await admin.zadd('{pay ment}:done', 1, 'x')
        await admin.hset('{payment}:event:x', 'state', 'done')
      },
    ],
  ])('is an empty list in %s', async (_name, fill) => {
    await fill()
    const stderr = expect.stringMatching(
      /^if the shop has a queue: a job that waits, or whose handler runs in a transactional store, has no record here yet; .*\n$/,
    )
    expect(await events()).toEqual({ code: 0, stdout: 'nothing found\n', stderr })
  })

  test.each(['scan', 'info', 'type'])('is an empty list with a doubt for a user who may not %s', async (command) => {
    await admin.call('ACL', 'SETUSER', 'reader', 'reset', 'on', '>s3cret-reader', '~*', '+@all', `-${command}`)
    await admin.zadd('{shop}:done', 1, 'x')
    const url = server.url.replace('//', '//reader:s3cret-reader@')
    const { code, stdout, stderr } = await runCommand(['events', '--store', url])
    expect([code, stdout]).toEqual([0, 'nothing found\n'])
    expect(stderr).toMatch(
      /^nothing is stored in \S+\. This Redis could not be searched for other places: let this user run /,
    )
    await admin.call('ACL', 'DELUSER', 'reader')
  })

  test('is left as it was after a search of every database', async () => {
    const client = new Redis(`${server.url}/2`)
    open.push(client)
    await client.set('of another', '1')
    await admin.set('of another', '1')
    const here = { database: 2, keyPrefix: '', prefix: 'shop' }
    const search = otherRedisPlaces((command, ...args) => client.call(command, ...args), here, systemClock)
    expect(await search()).toEqual({})
    expect(await client.call('CLIENT', 'INFO')).toMatch(/ db=2 /)
  })

  describe.each(projects)('is left with --key-prefix, with the client %s:', (_name, cwd) => {
    test('a kept delivery is listed, shown and marked', async () => {
      const store = shopWith({ keyPrefix: 'shop:' }, 'eu')
      const key = randomUUID()
      await keep(store, key, { eventId: 'acme:evt_1' })
      const found = ['--prefix', 'eu', '--key-prefix', 'shop:']
      expect(await events(found, { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('acme:evt_1') })
      const shown = await runCommand(['show', 'acme:evt_1', '--store', server.url, ...found], { cwd })
      expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(key) })
      const marked = await runCommand(['replay', key, '--wait', '0', '--store', server.url, ...found], { cwd })
      expect(marked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^requested +1$/m) })
      expect(await store.listEvents()).toMatchObject([{ key, state: 'replay_requested' }])
      expect((await admin.keys('*')).every((name) => name.startsWith('shop:'))).toBe(true)
    })
  })
})
