/** Both databases keep the same promises: all changes or none, and only for the first writer. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { createCarts } from '../shop/carts.js'
import { sql, type Database } from '../shop/database/database.js'
import { openDatabase } from '../shop/database/open-database.js'
import { createMailer } from '../shop/mail/mailer.js'
import { createOutbox } from '../shop/mail/outbox.js'
import { openShop, type DatabaseKind, type TestShop } from './support/open-shop.js'

const LATER = new Date('2999-01-01')

describe('SQLite', () => promises('sqlite'))
describeWith(POSTGRES, 'Postgres', () => promises('postgres'))

function promises(kind: DatabaseKind): void {
  let shop: TestShop
  let db: Database
  /** The database as another process would open it. */
  let other: Database
  beforeAll(async () => {
    shop = await openShop({ database: kind })
    db = shop.db
    other = await openDatabase(shop.config, () => {})
  })
  afterAll(async () => {
    await other.close()
    await shop.close()
  })

  const ship = (id: string) =>
    sql`INSERT INTO shipments (order_id, shipped_at) VALUES (${id}, 'now') RETURNING order_id`
  const shipped = async (id: string) => (await db.rows(sql`SELECT * FROM shipments WHERE order_id = ${id}`)).length

  /** Due at a time at which the running shop does not look for it yet. */
  const mailFor = (order: string) => sql`INSERT INTO outbox
    (order_id, recipient, subject, body, created_at, due_at, attempts)
    VALUES (${order}, 'buyer@example.com', 'Hello', 'World', ${LATER.toISOString()}, ${LATER.toISOString()}, 0)
    RETURNING id`

  test('values are values, whatever is in them', async () => {
    const id = `'; DROP TABLE shipments; -- ? $1 "`
    expect(await db.commit([ship(id)])).toBe(true)
    expect(await db.rows(sql`SELECT order_id FROM shipments WHERE order_id IN ${[id, 'another']}`)).toEqual([
      { order_id: id },
    ])
  })

  test('null is a value too, where it is the only one', async () => {
    expect(await db.rows(sql`SELECT order_id FROM shipments WHERE order_id = ${null}`)).toEqual([])
  })

  test('a change whose first statement finds nothing does nothing', async () => {
    const nothing = sql`DELETE FROM shipments WHERE order_id = ${'absent'} RETURNING order_id`
    expect(await db.commit([nothing, ship('unwanted')])).toBe(false)
    expect(await shipped('unwanted')).toBe(0)
  })

  test('a change that fails half-way is undone, and the next one works', async () => {
    await expect(db.commit([ship('half'), ship('half')])).rejects.toThrow()
    expect(await shipped('half')).toBe(0)
    expect(await db.commit([ship('half')])).toBe(true)
  })

  test('of two who change the same version one wins', async () => {
    await db.commit([
      sql`INSERT INTO carts (session, quantities, version, updated_at) VALUES ('raced', '{}', 1, '') RETURNING session`,
    ])
    const change = (by: Database) =>
      by.commit([sql`UPDATE carts SET version = ${2} WHERE session = 'raced' AND version = ${1} RETURNING session`])
    const won = await Promise.all([change(db), change(other), change(db), change(other)])
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  test('a cart that many change at once loses none of it', async () => {
    const [here, there] = [createCarts(db), createCarts(other)]
    const add = (carts: typeof here) => carts.change('busy', 'cups', (before) => before + 1)
    await Promise.all(Array.from({ length: 10 }, (_, index) => add(index % 2 === 0 ? here : there)))
    expect((await here.read('busy')).quantities).toEqual({ cups: 10 })
    await here.change('busy', 'cups', () => 0)
    expect((await here.read('busy')).quantities).toEqual({})
  })

  test('a cart that was taken and filled again is not the one that was read before', async () => {
    const [here, there] = [createCarts(db), createCarts(other)]
    await here.change('refilled', 'cups', () => 1)
    const read = await here.read('refilled')
    expect(await other.commit([there.taken('refilled', read)])).toBe(true)
    await there.change('refilled', 'kettle', () => 1)
    expect(await db.commit([here.taken('refilled', read)])).toBe(false)
    expect((await here.read('refilled')).quantities).toEqual({ kettle: 1 })
  })

  test('a cart that is taken while somebody changes it does not come back', async () => {
    const there = createCarts(other)
    await there.change('taken', 'cups', () => 1)
    const read = await there.read('taken')
    let isTaken = false
    const here = createCarts({
      ...db,
      async rows(statement) {
        const rows = await db.rows(statement)
        if (!isTaken) isTaken = await other.commit([there.taken('taken', read)])
        return rows
      },
    })
    await here.change('taken', 'kettle', () => 1)
    expect((await there.read('taken')).quantities).toEqual({ kettle: 1 })
  })

  test('a mail that two processes could send is sent once', async () => {
    await db.commit([mailFor('mailed')])
    const mailer = (by: Database) => createMailer(shop.config, createOutbox(by), () => {})
    const mailers = [mailer(db), mailer(other), mailer(db), mailer(other)]
    const sent = await Promise.all(mailers.map((one) => one.sendDue(LATER)))
    expect(sent.sort()).toEqual([0, 0, 0, 1])
    const [row] = await db.rows(sql`SELECT attempts, sent_at FROM outbox WHERE order_id = 'mailed'`)
    expect(row).toEqual({ attempts: 1, sent_at: expect.any(String) })
  })

  test('a mail that cannot be sent is tried again, later and later, and then left to the operator', async () => {
    const smtpUrl = 'smtp://127.0.0.1:1'
    const mailer = createMailer(
      { ...shop.config, mail: { smtpUrl, from: 'shop@example.com' } },
      createOutbox(db),
      () => {},
    )
    await db.commit([mailFor('refused')])
    let now = LATER
    const due: number[] = []
    for (;;) {
      await mailer.sendDue(now)
      const [row] = await db.rows(sql`SELECT due_at, sent_at FROM outbox WHERE order_id = 'refused'`)
      expect(row!['sent_at']).toBeNull()
      if (row!['due_at'] === null) break
      due.push(Date.parse(row!['due_at'] as string) - now.getTime())
      now = new Date(row!['due_at'] as string)
    }
    expect(due).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280].map((seconds) => seconds * 1000))
  })
}
