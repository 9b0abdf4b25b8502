/** Stores that are missing, that refuse, or that are not the expected ones: the messages, and the data that must not change. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { freePort } from '../../support/free-port.js'
import { keep } from '../../support/operator-store.js'
import { runCommand, runProcess } from '../../support/run-command.js'
import { describeWith, POSTGRES, REDIS } from '../../support/needs.js'
import { DATABASE_URL, REDIS_URL } from '../../support/services.js'

jest.setTimeout(60_000)

const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The answer of an HTTP server to any other protocol. */
const NO_REDIS = 'HTTP/1.1 400 Bad Request\r\n\r\n'

const events = (store: string, args: readonly string[] = [], options: Parameters<typeof runCommand>[1] = {}) =>
  runCommand(['events', '--store', store, ...args], options)

/** A URL that points to another place on the same server. */
const changed = (url: string, change: (url: URL) => void) => {
  const parsed = new URL(url)
  change(parsed)
  return parsed.href
}

describe('a URL that is none of a store ends with 2:', () => {
  test.each([
    ['mysql://127.0.0.1', [], /a store is a URL, such as sqlite:payments\.db, postgres:/],
    ['127.0.0.1:5432/test', [], /a store is a URL/],
    ['payments.db', [], /a store is a URL/],
    ['postgres:test', [], /cannot be read\. Two slashes and a host follow the scheme/],
    ['redis:6379', [], /cannot be read/],
    ['redis://127.0.0.1/shop', [], /the database of a redis store is a number/],
    ['redis://127.0.0.1?db=shop', [], /the database of a redis store is a number/],
    ['postgres://shop:s3cr#t@127.0.0.1/db', [], /escape \/ as %2F/],
    [`sqlite:${folder}`, ['--prefix', 'x'], /--prefix is for redis stores/],
    [`sqlite:${folder}`, ['--key-prefix', 'x'], /--key-prefix is for redis stores/],
    [`sqlite:${__filename}`, ['--table', 'a b'], /table must be/],
    ['redis://127.0.0.1', ['--table', 'x'], /--table is for SQL stores/],
  ])('%s %j', async (url, args, message) => {
    const { code, stdout, stderr } = await events(url, args)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)])
    expect(stderr).not.toContain('s3cr')
  })
})

describe('a store that is not there', () => {
  const other = path.join(folder, 'other.db')

  test('a file that does not exist ends with 3, and is not created', async () => {
    const missing = path.join(folder, 'missing.db')
    const { code, stderr } = await events(`sqlite:${missing}`)
    expect([code, stderr]).toEqual([3, `there is no file ${missing}\n`])
    expect(existsSync(missing)).toBe(false)
  })

  test('a database without our table ends with 3, and stays without it', async () => {
    const db = new Database(other)
    db.exec('CREATE TABLE orders (id TEXT)')
    const { code, stderr } = await runCommand(['replay', '--all', '--store', `file://${other}`])
    expect(code).toBe(3)
    expect(stderr).toMatch(/the table payment_webhook_events does not exist in this database/)
    expect(db.prepare('SELECT name FROM sqlite_master').all()).toEqual([{ name: 'orders' }])
    db.close()
  })

  test('a table of that name that is not ours ends with 3', async () => {
    const { code, stderr } = await events(`sqlite:${other}`, ['--table', 'orders'])
    expect([code, stderr]).toEqual([3, expect.stringMatching(/the table orders is not one of this package/)])
  })

  test('a file that is no database ends with 3', async () => {
    const text = path.join(folder, 'notes.txt')
    writeFileSync(text, 'bread, milk\n'.repeat(1000))
    const { code, stderr } = await events(`sqlite:${text}`)
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/the file is not a database .*\. To fix it, correct the path/),
    ])
  })

  test('a folder ends with 3', async () => {
    const { code, stderr } = await events(`sqlite:${folder}`)
    expect([code, stderr]).toEqual([3, expect.stringMatching(/the file cannot be opened.*\. To fix it, check that/)])
  })

  test.each([
    ['postgres://127.0.0.1/db', 'pg'],
    ['redis://127.0.0.1', 'ioredis, or redis'],
  ])('a project without a client for %s ends with 3 and says what to install', async (url, packages) => {
    const { code, stderr } = await events(url, [], { cwd: folder })
    expect([code, stderr]).toEqual([3, expect.stringContaining(`npm install ${packages}\n`)])
  })
})

describe('a table that is empty beside one that is not', () => {
  const url = `sqlite:${path.join(folder, 'tables.db')}`

  beforeAll(async () => {
    const db = new Database(url.slice('sqlite:'.length))
    for (const table of ['payment_webhook_events', 'shop_events', 'unused_events']) {
      const store = sqliteStore(db, { table })
      await store.init()
      if (table === 'shop_events') await keep(store, 'kept')
      await store.close()
    }
    db.close()
  })

  test.each([
    [[], 'nothing is stored in the table payment_webhook_events'],
    [['--table', 'unused_events'], 'nothing is stored in the table unused_events'],
    [['--table', 'shop_event'], 'the table shop_event does not exist in this database'],
  ])('ends with 3 and names the other: %j', async (args, problem) => {
    const { code, stdout, stderr } = await events(url, args)
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toBe(
      `${problem}. This database holds events of this package in other tables:\n  shop_events: pass --table shop_events\n`,
    )
  })

  test('is not read in its place', async () => {
    expect(await events(url, ['--table', 'shop_events'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('kept'),
    })
  })
})

describe('a server that cannot be used is named with the fix:', () => {
  const NOWHERE =
    /cannot be reached: nothing listens there \(ECONNREFUSED 127\.0\.0\.1:1\)\. To fix it, start the server/
  // Without a network, names cannot be looked up at all.
  const NO_HOST = /cannot be reached: (there is no such host|the host cannot be looked up now) \(E\w+\)\. To fix it, /

  test.each([
    ['postgres://postgres@127.0.0.1:1/test', NOWHERE],
    ['redis://127.0.0.1:1', NOWHERE],
    ['postgres://postgres@nowhere.invalid/test', NO_HOST],
    ['redis://nowhere.invalid', NO_HOST],
  ])('%s', async (url, message) => {
    const { code, stdout, stderr } = await events(url)
    expect([code, stdout, stderr]).toEqual([3, '', expect.stringMatching(message)])
  })

  describeWith(POSTGRES, 'Postgres', () => {
    test.each<[string, (url: URL) => void, RegExp]>([
      ['no such database', (url) => (url.pathname = '/no_such_db'), /no database of this name \(3D000\)\. To fix it, /],
      ['no such user', (url) => (url.username = 'no_such_user'), /\((28000|28P01)\)\. To fix it, correct/],
    ])('%s', async (_name, change, message) => {
      const { code, stderr } = await events(changed(DATABASE_URL, change))
      expect([code, stderr]).toEqual([3, expect.stringMatching(message)])
    })

    test('no user, neither in the URL nor in the environment', async () => {
      const url = changed(DATABASE_URL, (one) => Object.assign(one, { username: '', password: '' }))
      const { code, stderr } = await runProcess(['events', '--store', url])
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(
          /the URL has no user \(28000\)\. To fix it, write user:password@ before the host in the URL, or set PGUSER and PGPASSWORD\n$/,
        ),
      ])
    })

    test('a database without our table, which stays without it', async () => {
      const table = `missing_${randomUUID().slice(0, 8)}`
      const { code, stderr } = await events(DATABASE_URL, ['--table', table])
      expect([code, stderr]).toEqual([3, expect.stringContaining(`the table ${table} does not exist`)])
      const pool = new Pool({ connectionString: DATABASE_URL })
      expect((await pool.query('SELECT to_regclass($1) AS found', [table])).rows).toEqual([{ found: null }])
      await pool.end()
    })

    describe('with tables of ours elsewhere, in a database that no other test uses', () => {
      const server = new Pool({ connectionString: DATABASE_URL, max: 1 })
      let url = ''
      let pool: Pool
      let database = ''

      beforeEach(async () => {
        database = `cli_${randomUUID().slice(0, 8)}`
        await server.query(`CREATE DATABASE ${database}`)
        url = changed(DATABASE_URL, (one) => (one.pathname = database))
        pool = new Pool({ connectionString: url })
        // `end` resolves before the server has closed the connections that DROP DATABASE ends.
        pool.on('error', () => {})
      })
      afterEach(async () => {
        await pool.end()
        await server.query(`DROP DATABASE ${database} WITH (FORCE)`)
      })
      afterAll(() => server.end())

      async function keepIn(schema: string, tables: readonly string[]) {
        await pool.query(`CREATE SCHEMA ${schema}`)
        for (const table of tables) {
          const store = postgresStore(pool, { table: `${schema}.${table}` })
          await store.init()
          await keep(store, 'kept')
          await store.close()
        }
      }

      test('a table in another schema', async () => {
        await keepIn('shop', ['kept_events'])
        const { code, stderr } = await events(url, ['--table', 'shop.other'])
        expect([code, stderr]).toEqual([3, expect.stringContaining('pass --table shop.kept_events\n')])
      })

      test('tables of the same name in other schemas first, whatever the others are called', async () => {
        await keepIn('shop', ['aaa_events', 'payment_webhook_events', 'zzz_events'])
        const { stderr } = await events(url, ['--table', 'no_such_schema.payment_webhook_events'])
        const places = [...stderr.matchAll(/^ {2}(\S+): pass --table/gm)].map(([, name]) => name)
        expect(places).toEqual(['shop.payment_webhook_events', 'shop.aaa_events', 'shop.zzz_events'])
      })
    })
  })

  describeWith(REDIS, 'Redis', () => {
    test.each<[string, (url: URL) => void, RegExp]>([
      ['no such database', (url) => (url.pathname = '/99'), /no database of this number\. To fix it, /],
      [
        'no such user',
        (url) => Object.assign(url, { username: 'nobody', password: 'q' }),
        /\(WRONGPASS\)\. To fix it, /,
      ],
    ])('%s', async (_name, change, message) => {
      const { code, stderr } = await events(changed(REDIS_URL, change))
      expect([code, stderr]).toEqual([3, expect.stringMatching(message)])
    })

    test.each(['ioredis', 'redis'])('nothing, where the project has %s: it is read', async (name) => {
      const project = projectWith(name)
      const client = new Redis(REDIS_URL)
      const prefix = `cli-${randomUUID()}`
      const store = redisStore({ sendCommand: (command, ...args) => client.call(command, ...args), prefix })
      await keep(store, 'kept')
      const found = await runProcess(['show', 'kept', '--store', REDIS_URL, '--prefix', prefix], { cwd: project })
      await store.removeQuarantined('kept')
      await client.quit()
      expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/^state +quarantined$/m) })
    })

    test.each(['ioredis', 'redis'])('a number that no database has, where the project has %s', async (name) => {
      const url = changed(REDIS_URL, (one) => (one.pathname = '/99'))
      const { code, stderr } = await events(url, [], { cwd: projectWith(name) })
      expect([code, stderr]).toEqual([3, expect.stringMatching(/no database of this number/)])
    })
  })

  const speaksHttp = (socket: Socket) => socket.end(NO_REDIS)
  const hangsUp = (socket: Socket) => socket.destroy()
  const hasNoTls = (socket: Socket) => socket.end('N')

  test.each([
    ['an HTTP server', 'redis', 'ioredis', speaksHttp, /another program than Redis answers there\. To fix it, correct/],
    ['an HTTP server', 'redis', 'redis', speaksHttp, /\. To fix it, (correct the|check) port/],
    ['one that hangs up', 'redis', 'ioredis', hangsUp, /closed without an answer.*\. To fix it, check port and TLS/],
    ['one that hangs up', 'redis', 'redis', hangsUp, /closed without an answer.*\. To fix it, check port and TLS/],
    ['one without TLS', 'rediss', 'ioredis', speaksHttp, /does not speak TLS on this port.*\. To fix it, /],
    ['one without TLS', 'rediss', 'redis', speaksHttp, /does not speak TLS on this port.*\. To fix it, /],
    ['one that hangs up', 'postgres', 'pg', hangsUp, /closed without an answer.*\. To fix it, check port and TLS/],
    ['one without TLS', 'postgres', 'pg', hasNoTls, /it does not speak TLS\. To fix it, remove sslmode/],
  ])('%s, at a %s URL, with the client %s', async (_name, scheme, client, answer, message) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => void answer(socket))
    })
    const url = `${scheme}://127.0.0.1:${await portOf(server)}${scheme === 'postgres' ? '/db?sslmode=verify-full' : ''}`
    const { code, stderr } = await events(url, [], { cwd: projectWith(client) })
    server.close()
    expect([code, stderr]).toEqual([3, expect.stringMatching(message)])
  })
})

describe('a password', () => {
  const password = 'Pa%24s-7f3e'
  const plain = 'Pa$s-7f3e'
  let server: Server
  let port: number

  /** Answers every command by repeating it, as a proxy with a helpful error text may do. */
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (data) => {
        const text = data.toString()
        for (const _command of text.match(/^\*\d/gm) ?? ['']) {
          socket.write(`-ERR refused: ${text.replace(/[\r\n]+/g, ' ')}\r\n`)
        }
      })
    })
    port = await portOf(server)
  })

  afterAll(() => new Promise((resolve) => server.close(resolve)))

  test.each(['postgres', 'redis'])('is not printed where nothing listens: %s', async (scheme) => {
    const url = `${scheme}://shop:${password}@127.0.0.1:${await freePort()}/0`
    const { code, stdout, stderr } = await runCommand(['events'], { env: { PAYMENT_WEBHOOKS_STORE: url } })
    expect(code).toBe(3)
    expect(stderr).toMatch(/ECONNREFUSED/)
    for (const secret of [password, plain]) expect(stdout + stderr).not.toContain(secret)
  })

  test('is not printed where the server repeats it', async () => {
    const { code, stdout, stderr } = await events(`redis://shop:${password}@127.0.0.1:${port}/0`)
    expect(code).toBe(3)
    expect(stderr).toMatch(/refused: .* AUTH .*shop .*\*\*\*/)
    for (const secret of [password, plain]) expect(stdout + stderr).not.toContain(secret)
  })

  test('of one letter is not printed either, nor told by what is left out', async () => {
    const { code, stderr } = await events(`redis://shop:q@127.0.0.1:${port}/0`)
    expect([code, stderr]).toEqual([3, expect.stringMatching(/cannot be reached: \(the message is not shown/)])
  })
})

function projectWith(name: string): string {
  const project = mkdtempSync(path.join(folder, 'project-'))
  mkdirSync(path.join(project, 'node_modules'))
  symlinkSync(path.join(__dirname, '../../../node_modules', name), path.join(project, 'node_modules', name))
  return project
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}
