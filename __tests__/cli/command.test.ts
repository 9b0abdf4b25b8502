/** What the command prints, how it ends, and what it must never print. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import type { DurableStore } from 'express-payment-webhooks'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { claimRequest } from '../support/claim-request.js'
import { runCommand } from '../support/run-command.js'
import { describeWith, POSTGRES, REDIS } from '../support/needs.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'

jest.setTimeout(60_000)

const { version } = jest.requireActual<{ version: string }>('../../package.json')
const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
const file = path.join(folder, 'payments.db')
const options = { env: { PAYMENT_WEBHOOKS_STORE: `sqlite:${file}` } }

/** A message as a sender may write it: it clears the screen, and begins a line of its own. */
const HOSTILE = 'bad\u001b[2J\nquarantined  acme  forged\u009b\u202e'
const BODY = Buffer.from('{"name":"Ada",\n"x":"\u001b[31m"')

async function keep(store: DurableStore<unknown>, key: string, fields: object = {}) {
  await store.quarantine({
    key,
    provider: 'acme',
    eventId: null,
    code: 'JSON_INVALID',
    message: HOSTILE,
    body: BODY,
    ...fields,
  })
}

afterAll(() => rmSync(folder, { recursive: true }))

describe('the command on a store', () => {
  const done = claimRequest({ eventId: 'acme:done', provider: 'acme' })
  const failed = claimRequest({ eventId: 'other:failed', provider: 'other' })
  const dashed = `-${'k'.repeat(42)}`
  let db: InstanceType<typeof Database>
  let store: DurableStore

  beforeAll(async () => {
    db = new Database(file)
    store = sqliteStore(db)
    await store.init()
    await store.claim(done)
    await store.complete(done.key, done.token)
    await store.claim(failed)
    await store.release(failed.key, failed.token, 'the handler threw')
    await keep(store, dashed)
    await keep(store, 'twice-1', { eventId: 'other:failed', provider: 'other', code: 'ID_CONFLICT' })
    await keep(store, 'twice-2', { eventId: 'other:failed', provider: 'other', code: 'RETRIES_EXHAUSTED' })
  })

  afterAll(async () => {
    await store.close()
    db.close()
  })

  test('events prints one line for each record, whatever a sender wrote', async () => {
    const { code, stdout, stderr } = await runCommand(['events'], options)
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(6)
    expect(lines[0]).toMatch(/^STATE +PROVIDER +EVENT OR KEY +TYPE OR CODE +ATTEMPTS +CREATED +LAST ERROR$/)
    expect(stdout).toMatch(/^done +acme +acme:done +\S+ +1 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +-$/m)
    expect(stdout).toContain('bad\\u001b[2J\\u000aquarantined')
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/)
  })

  test.each([
    [['--state', 'failed'], [failed.key]],
    [
      ['--provider', 'acme'],
      [dashed, done.key],
    ],
    [['--provider', 'other', '--state', 'quarantined', '--limit', '1'], ['twice-2']],
    [['--provider', 'nobody'], []],
  ])('events %j --json answers the records selected', async (args, keys) => {
    const { code, stdout } = await runCommand(['events', ...args, '--json'], options)
    expect(code).toBe(0)
    const records = JSON.parse(stdout) as { key: string }[]
    expect(records.map(({ key }) => key).sort()).toEqual([...keys].sort())
    expect(stdout).not.toContain('body')
  })

  test('events --json loses nothing of a text, and prints none of its controls', async () => {
    const { stdout } = await runCommand(['events', '--state', 'quarantined', '--json'], options)
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/)
    expect(JSON.parse(stdout)).toMatchObject([{}, {}, { key: dashed, lastError: HOSTILE }])
  })

  test('show finds a key that begins with a dash, and leaves out the body', async () => {
    const { code, stdout } = await runCommand(['show', dashed], options)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^state +quarantined$/m)
    expect(stdout).toMatch(/^code +JSON_INVALID$/m)
    expect(stdout).toMatch(new RegExp(`^body +${BODY.length} bytes`, 'm'))
    expect(stdout).not.toContain('Ada')
  })

  test('show --body prints the body line by line, with its controls escaped', async () => {
    const { stdout } = await runCommand(['show', dashed, '--body'], options)
    expect(stdout).toContain('{"name":"Ada",\n"x":"\\u001b[31m"')
  })

  test('show --body --json answers the exact bytes', async () => {
    const { stdout } = await runCommand(['show', dashed, '--body', '--json'], options)
    expect(Buffer.from((JSON.parse(stdout) as { bodyBase64: string }).bodyBase64, 'base64')).toEqual(BODY)
  })

  test('show of an event names the deliveries kept under its id', async () => {
    const { stdout } = await runCommand(['show', 'other:failed'], options)
    expect(stdout).toMatch(/^state +failed$/m)
    expect(stdout).toMatch(/^last error +the handler threw$/m)
    expect(stdout).toMatch(/^also kept +twice-\d twice-\d$/m)
  })

  test('show of what nobody knows ends with 1 and says so', async () => {
    const { code, stdout, stderr } = await runCommand(['show', 'acme:\u001b[2Jnothing'], options)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/knows nothing under "acme:\\u001b\[2Jnothing"/)
  })

  test('show of a store URL by mistake does not repeat its password', async () => {
    const { code, stderr } = await runCommand(['show', 'redis://shop:Pa$s-7f3e@127.0.0.1/0'], options)
    expect([code, stderr]).toEqual([1, expect.stringContaining('knows nothing under')])
    expect(stderr).not.toContain('7f3e')
  })

  test('replay of an id under which several deliveries are kept names their keys and marks none', async () => {
    const { code, stderr } = await runCommand(['replay', 'other:failed', '--wait', '0'], options)
    expect(code).toBe(1)
    expect(stderr).toMatch(/twice-\d \(\w+\), twice-\d \(\w+\)/)
    expect(await store.listEvents({ state: 'replay_requested' })).toEqual([])
  })

  test('replay of an event that was handled ends with 1', async () => {
    const { code, stderr } = await runCommand(['replay', 'acme:done'], options)
    expect([code, stderr]).toEqual([1, 'acme:done: no quarantined delivery under this id\n'])
  })

  test('replay that no shop takes up ends with 1 and asks for the shop', async () => {
    const { code, stdout, stderr } = await runCommand(['replay', dashed, '--wait', '1'], options)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^still waiting +1$/m)
    expect(stderr).toMatch(/is a shop running that has acme mounted/)
    await keep(store, dashed)
  })

  test('replay --all waits for what was requested before, and ends with 1 while no shop takes it up', async () => {
    await keep(store, 'waiting', { provider: 'unmounted' })
    const all = ['replay', '--all', '--provider', 'unmounted']
    expect((await runCommand([...all, '--wait', '0'], options)).code).toBe(0)
    const { code, stdout, stderr } = await runCommand([...all, '--wait', '1'], options)
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^still waiting +1$/m)])
    expect(stderr).toMatch(/is a shop running that has unmounted mounted/)
    await store.removeQuarantined('waiting')
  })

  test('replay --all --state quarantined leaves alone what was requested before', async () => {
    await keep(store, 'waiting', { provider: 'unmounted' })
    await store.replay('waiting')
    const args = ['replay', '--all', '--provider', 'unmounted', '--state', 'quarantined']
    expect(await runCommand(args, options)).toMatchObject({ code: 0, stdout: 'nothing to replay\n' })
    await store.removeQuarantined('waiting')
  })

  test('replay --all leaves conflicts out, says so, and ends with 0', async () => {
    await keep(store, 'conflict', { eventId: 'lone:1', provider: 'lone', code: 'ID_CONFLICT' })
    const args = ['replay', '--all', '--provider', 'lone', '--wait', '0']
    const { code, stdout, stderr } = await runCommand(args, options)
    expect([code, stdout]).toEqual([0, 'nothing to replay\n'])
    expect(stderr).toMatch(/^left out, as ID_CONFLICT: 1; .*--code ID_CONFLICT/)
    const asJson = await runCommand([...args, '--json'], options)
    expect(JSON.parse(asJson.stdout)).toMatchObject({ waiting: [], leftOut: [{ key: 'conflict' }] })
    expect(await store.listEvents({ state: 'replay_requested' })).toEqual([])
  })

  test('replay of a conflict by its event id names the key, and marks nothing', async () => {
    const { code, stderr } = await runCommand(['replay', 'lone:1', '--wait', '0'], options)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^lone:1: is kept as ID_CONFLICT; .*: conflict\n$/)])
    expect(await store.listEvents({ state: 'replay_requested' })).toEqual([])
  })

  test('replay of a conflict by its key marks it', async () => {
    expect((await runCommand(['replay', 'conflict', '--wait', '0'], options)).code).toBe(0)
    expect(await store.listEvents({ state: 'replay_requested' })).toMatchObject([{ key: 'conflict' }])
    await store.removeQuarantined('conflict')
  })

  test('replay --all --code marks those alone', async () => {
    const args = ['replay', '--all', '--code', 'ID_CONFLICT', '--wait', '0', '--json']
    const { code, stdout } = await runCommand(args, options)
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { replayed: [], waiting: [{ key: 'twice-1' }] }])
    expect(await store.listEvents({ state: 'replay_requested' })).toMatchObject([{ key: 'twice-1' }])
  })

  test('replay --all with nothing to do ends with 0', async () => {
    const { code, stdout } = await runCommand(['replay', '--all', '--provider', 'nobody'], options)
    expect([code, stdout]).toEqual([0, 'nothing to replay\n'])
  })
})

describe('the command line', () => {
  test('--version prints the version of the package', async () => {
    expect(await runCommand(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test.each([['events'], ['show'], ['replay']])('%s --help prints its usage without a store', async (command) => {
    const { code, stdout } = await runCommand([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: express-payment-webhooks ${command} `)
  })

  test.each([
    [[], /Usage:/],
    [['evnts'], /no command "evnts"\. Did you mean "events"\?/],
    [['events', '--sate', 'done'], /--sate/],
    [['events', '--state', 'doen'], /Did you mean "done"\?/],
    [['events', '--limit', '0'], /--limit must be a whole number/],
    [['events', 'acme:1'], /takes no ids/],
    [['show'], /takes one event id or key/],
    [['replay'], /takes ids, or --all/],
    [['replay', 'acme:1', '--all'], /not both/],
    [['replay', 'acme:1', '--code', 'ID_CONFLICT'], /among --all/],
    [['replay', '--all', '--state', 'done'], /no state "done" here/],
    [['events', '--prefix', 'x'], /--prefix is for redis stores/],
    [['events', '--table', 'a b'], /table must be/],
    [['events', '--store', 'mysql://127.0.0.1'], /a store is a URL/],
    [['events', '--store', 'postgres://shop:s3cr#t@127.0.0.1/db'], /escape/],
  ])('%j ends with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(args, options)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('s3cr')
  })

  test('without a store ends with 2 and names the variable', async () => {
    const { code, stderr } = await runCommand(['events'])
    expect([code, stderr]).toEqual([2, 'which store? Set PAYMENT_WEBHOOKS_STORE, or pass --store <url>\n'])
  })
})

describe('a store that is not there', () => {
  test('a file that does not exist ends with 3, and is not created', async () => {
    const missing = path.join(folder, 'missing.db')
    const { code, stderr } = await runCommand(['events', '--store', `sqlite:${missing}`])
    expect([code, stderr]).toEqual([3, `there is no file ${missing}\n`])
    expect(existsSync(missing)).toBe(false)
  })

  test('a database without our table ends with 3, and stays without it', async () => {
    const other = path.join(folder, 'other.db')
    const db = new Database(other)
    db.exec('CREATE TABLE orders (id TEXT)')
    const { code, stderr } = await runCommand(['replay', '--all', '--store', `file://${other}`])
    expect(code).toBe(3)
    expect(stderr).toMatch(/the table payment_webhook_events does not exist in this database/)
    expect(db.prepare('SELECT name FROM sqlite_master').all()).toEqual([{ name: 'orders' }])
    db.close()
  })

  test('a table of that name that is not ours ends with 3', async () => {
    const { code, stderr } = await runCommand(['events', '--table', 'orders', '--store', `sqlite:${folder}/other.db`])
    expect(code).toBe(3)
    expect(stderr).toMatch(/the table orders is not one of this package/)
  })

  test('a file that is no database ends with 3', async () => {
    const text = path.join(folder, 'notes.txt')
    writeFileSync(text, 'bread, milk\n'.repeat(1000))
    const { code, stderr } = await runCommand(['events', '--store', `sqlite:${text}`])
    expect([code, stderr]).toEqual([3, expect.stringContaining('not a database')])
  })

  test.each([
    ['postgres://127.0.0.1/db', 'pg'],
    ['redis://127.0.0.1', 'ioredis, or redis'],
  ])('a project without a client for %s ends with 3 and says what to install', async (url, packages) => {
    const { code, stderr } = await runCommand(['events', '--store', url], { cwd: folder })
    expect([code, stderr]).toEqual([3, expect.stringContaining(`npm install ${packages}\n`)])
  })

  describe('with a password', () => {
    const password = 'Pa%24s-7f3e'
    const plain = 'Pa$s-7f3e'
    let server: Server
    let port: number

    /** Answers every command with what it was sent, as a proxy with a helpful error text may. */
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
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      port = (server.address() as { port: number }).port
    })

    afterAll(() => new Promise((resolve) => server.close(resolve)))

    test.each(['postgres', 'redis'])('%s: nothing listens: 3, without it', async (scheme) => {
      const env = { PAYMENT_WEBHOOKS_STORE: `${scheme}://shop:${password}@127.0.0.1:1/db` }
      const { code, stdout, stderr } = await runCommand(['events'], { env })
      expect(code).toBe(3)
      expect(stderr).toMatch(/ECONNREFUSED/)
      for (const secret of [password, plain]) expect(stdout + stderr).not.toContain(secret)
    })

    test('the server repeats it: 3, without it', async () => {
      const env = { PAYMENT_WEBHOOKS_STORE: `redis://shop:${password}@127.0.0.1:${port}/0` }
      const { code, stdout, stderr } = await runCommand(['events'], { env })
      expect(code).toBe(3)
      expect(stderr).toMatch(/refused: .* AUTH .*shop .*\*\*\*/)
      for (const secret of [password, plain]) expect(stdout + stderr).not.toContain(secret)
    })
  })
})

describeWith(POSTGRES, 'the command on Postgres', () => {
  test('a database without our table ends with 3, and stays without it', async () => {
    const table = `missing_${randomUUID().slice(0, 8)}`
    const { code, stderr } = await runCommand(['events', '--store', DATABASE_URL, '--table', table])
    expect([code, stderr]).toEqual([3, expect.stringContaining(`the table ${table} does not exist`)])
    const pool = new Pool({ connectionString: DATABASE_URL })
    expect((await pool.query('SELECT to_regclass($1) AS found', [table])).rows).toEqual([{ found: null }])
    await pool.end()
  })
})

describeWith(REDIS, 'the command on Redis', () => {
  test.each(['ioredis', 'redis'])('reads the store with %s, where the project has it', async (name) => {
    const project = mkdtempSync(path.join(folder, 'project-'))
    mkdirSync(path.join(project, 'node_modules'))
    symlinkSync(path.join(__dirname, '../../node_modules', name), path.join(project, 'node_modules', name))
    const client = new Redis(REDIS_URL)
    const prefix = `cli-${randomUUID()}`
    const store = redisStore({ sendCommand: (command, ...args) => client.call(command, ...args), prefix })
    await keep(store, 'kept')
    const found = await runCommand(['show', 'kept', '--store', REDIS_URL, '--prefix', prefix], { cwd: project })
    await store.removeQuarantined('kept')
    await client.quit()
    expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/^state +quarantined$/m) })
  })
})
