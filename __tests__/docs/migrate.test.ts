/** docs/migrate.md and docs/migrate-sqlite.md, step by step: the mistakes of the hand-written handler, and a switch-over that ships once. */
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import express from 'express'
import Database from 'libsql'
import { cryptoGateway } from 'express-payment-webhooks'
import { importPayment, markPaid } from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { deliver, sample, sampleAbout } from 'express-payment-webhooks/testing'
import { runBlock } from './run-block.js'
import { codeOf } from './runs/run.js'
import { newScene } from './scene.js'
import { newShop } from '../../examples/recipes/migrate/after.js'
import { oldShop } from '../../examples/recipes/migrate/before.js'
import { lookOn } from '../../examples/recipes/migrate/look-on.js'
import { ordersIn, paymentFor } from '../../examples/recipes/migrate/sqlite-orders.js'

// Recipes leave `onError` out, and some of these tests are about failures.
beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => {}))

const secret = randomBytes(32).toString('hex')
const gateway = cryptoGateway({ secret })
const detected = sample('crypto-gateway', 'transaction.detected')
const paid = sample('crypto-gateway', 'transaction.confirmed')
const OLD = '/gateway-callback'
const ADDRESS = '0x51Ae7F3c09B2d8461fC5a3E0D7b96412F8c0A3d5'

/** The table as the old shop has it, with one order in it. */
function oldDatabase(): Database.Database {
  const db = new Database(':memory:')
  db.exec(`
    CREATE TABLE orders (id TEXT PRIMARY KEY, total TEXT, currency TEXT, network TEXT, address TEXT, address_id TEXT, status TEXT);
    INSERT INTO orders VALUES
      ('ORDER-1001', '100.50', 'USDT', 'ethereum', '${ADDRESS}', '${paid.data.address_id}', 'open');
  `)
  return db
}

interface OldDoing {
  readonly db?: Database.Database
  readonly find?: (orderId: string) => Promise<{ id: string; total: string }>
  readonly ship?: (orderId: string) => void
}

/** An instance of the old shop: after a restart it is a new instance. */
function startOld({ db = oldDatabase(), find, ship }: OldDoing = {}) {
  const shipped: string[] = []
  const select = db.prepare('SELECT id, total FROM orders WHERE id = ?')
  const app = oldShop({
    secret,
    find: find ?? (async (id) => select.get(id) as { id: string; total: string }),
    recordPaid: async (id) => void db.prepare("UPDATE orders SET status = 'paid' WHERE id = ?").run(id),
    ship: async (id) => void (ship?.(id) ?? shipped.push(id)),
  })
  return { app, shipped, to: (payload: object = paid) => deliver(app, gateway, payload as typeof paid).to(OLD) }
}

function startNew(db: Database.Database) {
  const store = sqliteStore(db, { allowVolatile: true })
  const { app, webhook } = newShop({ secret, store, orders: ordersIn(db) })
  return {
    to: (path: string, payload: object = paid) => deliver(app, gateway, payload as typeof paid).to(path),
    async stop() {
      await webhook.close()
      await store.close()
    },
  }
}

const shipmentsIn = (db: Database.Database) => db.prepare('SELECT order_id FROM shipments').all()
const wordIn = (db: Database.Database) => (db.prepare('SELECT status FROM orders').get() as { status: string }).status
const statusIn = (db: Database.Database) => ordersIn(db).paymentOf('ORDER-1001')?.status

/** A new shop on a prepared database, for one test. */
async function onNew(run: (shop: ReturnType<typeof startNew>, db: Database.Database) => Promise<void>): Promise<void> {
  const db = oldDatabase()
  ordersIn(db).prepareOrders()
  const shop = startNew(db)
  try {
    await run(shop, db)
  } finally {
    await shop.stop()
  }
}

describe('the hand-written handler', () => {
  test('ships what is paid, on the first day', async () => {
    const { shipped, to } = startOld()
    expect((await to()).status).toBe(200)
    expect(shipped).toEqual(['ORDER-1001'])
  })

  test('refuses a genuine delivery that is written in another way', async () => {
    const { shipped, to } = startOld()
    expect((await to().indented()).status).toBe(403)
    expect(shipped).toEqual([])
  })

  test('drops the confirmation, because the detection had the same id', async () => {
    const { shipped, to } = startOld()
    for (const payload of [detected, paid]) expect((await to(payload)).status).toBe(200)
    expect(shipped).toEqual([])
  })

  test('ships again after a restart, or from a second process', async () => {
    const db = oldDatabase()
    const [first, second] = [startOld({ db }), startOld({ db })]
    expect([await first.to(), await second.to()]).toMatchObject([{ status: 200 }, { status: 200 }])
    expect([...first.shipped, ...second.shipped]).toEqual(['ORDER-1001', 'ORDER-1001'])
  })

  test('has said yes when the database fails, and takes the next delivery for a duplicate', async () => {
    let calls = 0
    const failing = async () => {
      calls++
      throw new Error('database away')
    }
    const { shipped, to } = startOld({ find: failing })
    expect(await to().twice()).toMatchObject([{ status: 200 }, { status: 200 }])
    expect([calls, shipped]).toEqual([1, []])
  })

  test('ships for as many of another coin, sent over another chain', async () => {
    const { shipped, to } = startOld()
    await to({ ...paid, data: { ...paid.data, coin: 'shib', network: 'bsc' } })
    expect(shipped).toEqual(['ORDER-1001'])
  })

  test('ships nothing to who paid in two parts', async () => {
    const { shipped, to } = startOld()
    for (const id of ['tx_a', 'tx_b']) await to({ ...paid, data: { ...paid.data, id, amount: '50.25' } })
    expect(shipped).toEqual([])
  })
})

describe('the same shop on this package', () => {
  test.each([OLD, '/webhooks/gateway'])('takes the indented delivery at %s, once', (path) =>
    onNew(async (shop, db) => {
      expect(await shop.to(path).indented().twice()).toMatchObject([{ status: 200 }, { status: 200 }])
      expect(shipmentsIn(db)).toEqual([{ order_id: 'ORDER-1001' }])
    }),
  )

  test('ships once for deliveries to both addresses, after a detection, and again after a restart', () =>
    onNew(async (shop, db) => {
      await shop.to(OLD, detected)
      for (const path of [OLD, '/webhooks/gateway']) expect((await shop.to(path)).status).toBe(200)
      const again = startNew(db)
      expect((await again.to(OLD)).status).toBe(200)
      await again.stop()
      expect([shipmentsIn(db), statusIn(db)]).toEqual([[{ order_id: 'ORDER-1001' }], 'confirmed'])
    }))

  test('answers 500 while the database fails, and ships with the next delivery', () =>
    onNew(async (shop, db) => {
      db.exec('ALTER TABLE orders RENAME TO orders_away')
      expect((await shop.to(OLD)).status).toBe(500)
      db.exec('ALTER TABLE orders_away RENAME TO orders')
      expect((await shop.to(OLD)).status).toBe(200)
      expect(shipmentsIn(db)).toHaveLength(1)
    }))

  test('knows an order that the checkout made after the preparation', () =>
    onNew(async (shop, db) => {
      const [network, address, address_id] = ['ethereum', `0x${'2'.repeat(40)}`, 'addr_2']
      const row = { id: 'ORDER-1002', total: '20', currency: 'USDT', network, address, address_id }
      db.prepare(
        `INSERT INTO orders (id, total, currency, network, address, address_id, status)
         VALUES (:id, :total, :currency, :network, :address, :address_id, 'open')`,
      ).run(row)
      ordersIn(db).open(paymentFor(row))
      await shop.to(OLD, {
        ...paid,
        data: { ...paid.data, id: 'tx_2', amount: '20', address_id: 'addr_2', metadata: {} },
      })
      expect(shipmentsIn(db)).toEqual([{ order_id: 'ORDER-1002' }])
    }))

  test('finds the order of a callback that has the address alone', () =>
    onNew(async (shop, db) => {
      await shop.to(OLD, { ...paid, data: { ...paid.data, address_id: undefined, address: ADDRESS, metadata: {} } })
      expect([shipmentsIn(db), statusIn(db)]).toEqual([[{ order_id: 'ORDER-1001' }], 'confirmed'])
    }))

  test('holds an order for review whose callback names another address', () =>
    onNew(async (shop, db) => {
      await shop.to(OLD, { ...paid, data: { ...paid.data, address_id: 'addr_unknown' } })
      expect([shipmentsIn(db), statusIn(db)]).toEqual([[], 'needs_review'])
    }))

  test('asks for a callback again that names neither order nor address', () =>
    onNew(async (shop, db) => {
      const nameless = { address_id: undefined, metadata: {} }
      expect((await shop.to(OLD, { ...paid, data: { ...paid.data, ...nameless } })).status).toBe(503)
      expect([shipmentsIn(db), statusIn(db)]).toEqual([[], 'awaiting_payment'])
    }))

  test('holds another coin for review, and adds up two parts', () =>
    onNew(async (shop, db) => {
      await shop.to(OLD, { ...paid, data: { ...paid.data, id: 'tx_x', coin: 'shib', network: 'bsc' } })
      expect([shipmentsIn(db), statusIn(db)]).toEqual([[], 'needs_review'])
      for (const id of ['tx_a', 'tx_b']) await shop.to(OLD, { ...paid, data: { ...paid.data, id, amount: '50.25' } })
      expect([shipmentsIn(db), statusIn(db)]).toEqual([[{ order_id: 'ORDER-1001' }], 'confirmed'])
    }))
})

describe('switching over', () => {
  test('what the old handler shipped before is not shipped again', async () => {
    const db = oldDatabase()
    await startOld({ db }).to()
    expect(wordIn(db)).toBe('paid')
    ordersIn(db).prepareOrders()
    const shop = startNew(db)
    expect((await shop.to(OLD)).status).toBe(200)
    await shop.stop()
    expect(shipmentsIn(db)).toEqual([{ order_id: 'ORDER-1001' }])
    expect(db.prepare('SELECT order_id FROM shipments WHERE shipped_at IS NULL').all()).toEqual([])
  })

  test('what the old handler was told is paid before anything comes, and counts once when it comes again', async () => {
    const db = oldDatabase()
    await startOld({ db }).to()
    ordersIn(db).prepareOrders()
    ordersIn(db).importPaid()
    const paidOnce = { status: 'confirmed', received: '100.5', excess: '0', reasons: [] }
    const stored = () => JSON.parse((db.prepare('SELECT payment FROM orders').get() as { payment: string }).payment)
    expect(stored()).toMatchObject(paidOnce)
    const shop = startNew(db)
    for (const payload of [
      paid,
      detected,
      { ...paid, data: { ...paid.data, address_id: undefined, address: ADDRESS } },
    ]) {
      expect((await shop.to(OLD, payload)).status).toBe(200)
    }
    await shop.stop()
    expect(stored()).toMatchObject(paidOnce)
  })

  test('an order with a later word counts as shipped, and keeps the word until all money goes back', () => {
    const db = oldDatabase()
    db.exec(`UPDATE orders SET status = 'sent'`)
    const orders = ordersIn(db)
    for (let times = 0; times < 2; times++) orders.prepareOrders()
    expect(db.prepare('SELECT shipped_at IS NULL AS waits FROM shipments').all()).toEqual([{ waits: 0 }])
    const [notRecorded] = codeOf('docs/migrate.md > Orders that were paid before (2)').split(';')
    expect(db.prepare(notRecorded!).all()).toEqual([{ id: 'ORDER-1001' }])
    for (let times = 0; times < 2; times++) orders.importPaid()
    expect([wordIn(db), db.prepare(notRecorded!).all()]).toEqual(['sent', []])
    const back = (id: string, amount: string) => {
      const order = orders.paymentOf('ORDER-1001')!
      const { provider, paymentId } = order.payments[0]!
      const { order: next } = importPayment(order, { provider, paymentIds: [paymentId!], refunds: [{ id, amount }] })
      expect(orders.saveIfVersion(next, order.version)).toBe(true)
      return wordIn(db)
    }
    expect([back('part', '20'), back('rest', '80.50')]).toEqual(['sent', 'refunded'])
  })

  test('a word that holds an order stays, and the order is given to nobody', async () => {
    const db = oldDatabase()
    const orders = ordersIn(db)
    orders.prepareOrders()
    db.exec(`UPDATE orders SET status = 'refunded'`)
    const shop = startNew(db)
    expect((await shop.to(OLD)).status).toBe(200)
    await shop.stop()
    expect([statusIn(db), wordIn(db), shipmentsIn(db)]).toEqual(['confirmed', 'refunded', []])
    expect(orders.paidButHeld()).toEqual([{ id: 'ORDER-1001', word: 'refunded' }])
  })

  test('what is paid after the old shop canceled it is held for review', async () => {
    const db = oldDatabase()
    db.exec(`UPDATE orders SET status = 'canceled'`)
    const orders = ordersIn(db)
    orders.prepareOrders()
    const shop = startNew(db)
    expect((await shop.to(OLD)).status).toBe(200)
    await shop.stop()
    expect([wordIn(db), shipmentsIn(db)]).toEqual(['canceled', []])
    expect(orders.inReview()).toMatchObject([{ orderId: 'ORDER-1001', reasons: ['money_after_cancel'] }])
  })

  test('an import leaves out what was recorded already, and what went back', () => {
    const db = oldDatabase()
    const orders = ordersIn(db)
    orders.prepareOrders()
    const { order: cash } = markPaid(orders.paymentOf('ORDER-1001')!, { by: 'maria', note: 'cash' })
    expect(orders.saveIfVersion(cash, 0, { ship: true })).toBe(true)
    orders.importPaid()
    expect(orders.paymentOf('ORDER-1001')).toEqual(cash)
    const again = oldDatabase()
    again.exec(`UPDATE orders SET status = 'refunded'`)
    ordersIn(again).prepareOrders()
    ordersIn(again).importPaid()
    expect([wordIn(again), statusIn(again)]).toEqual(['refunded', 'awaiting_payment'])
  })

  test('a shop with Stripe, a numeric key and words of its own changes only the constants and the order of its payment', async () => {
    const db = new Database(':memory:')
    db.exec(`
      CREATE TABLE orders (id INTEGER PRIMARY KEY, total TEXT NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL);
      INSERT INTO orders VALUES (1, '49.90', 'eur', 'settled'), (2, '49.90', 'eur', 'sent'), (3, '49.90', 'eur', 'part_refunded'),
        (4, '49.90', 'eur', 'new'), (5, '0.00', 'eur', 'new'), (6, '49.90', 'eur', 'refunded');
    `)
    const inPostgres = codeOf('docs/migrate.md > Step 1 in Postgres')
    const row = /^interface OrderRow[\s\S]*?^}\n/m
    const open = /^export function paymentFor[\s\S]*?^}\n/m
    let code = codeOf('docs/migrate-sqlite.md > 1. Make shipping happen once')
    for (const part of [row, open]) code = code.replace(part, part.exec(inPostgres)![0])
    for (const [before, after] of [
      ["confirmed: 'paid'", "confirmed: 'settled'"],
      ["partially_refunded: 'paid'", "partially_refunded: 'part_refunded'"],
      ["'paid', 'sent', 'refunded'", "'settled', 'sent', 'part_refunded', 'refunded'"],
      ["'CURRENT_TIMESTAMP'", "`CASE WHEN status IN ('sent', 'refunded') THEN CURRENT_TIMESTAMP END`"],
    ] as const) {
      expect(code).toContain(before)
      code = code.replace(before, after)
    }
    const own = (await runBlock(code)) as unknown as { ordersIn: typeof ordersIn }
    const orders = own.ordersIn(db)
    for (let times = 0; times < 2; times++) orders.prepareOrders()
    orders.importPaid()
    expect(db.prepare('SELECT order_id, shipped_at IS NULL AS waits FROM shipments ORDER BY order_id').all()).toEqual(
      [1, 0, 1, 0].map((waits, n) => ({ order_id: ['1', '2', '3', '6'][n], waits })),
    )
    expect([orders.paymentOf('5'), orders.paymentOf('LOOK-ON-1'), orders.paymentOf(null)]).toEqual([null, null, null])

    const stripeSecret = `whsec_${randomBytes(24).toString('hex')}`
    process.env.STRIPE_WEBHOOK_SECRET = stripeSecret
    const { globals, app } = newScene()
    await runBlock(codeOf('docs/migrate-sqlite.md > Stripe and SQLite'), {
      globals,
      modules: {
        './sqlite-orders.js': own,
        libsql: {
          default: function open() {
            return db
          },
          __esModule: true,
        },
      },
    })
    const provider = stripe({ secret: stripeSecret })
    const send = async (payload: object, path = '/webhook') =>
      (await deliver(app, provider, payload as ReturnType<typeof stripePaid>).to(path)).status
    const stripePaid = (orderId: string) => sampleAbout(orderId, 'stripe', 'payment.confirmed')
    class Listed {
      readonly paymentIntents = { list: () => ['1', '2'].map((id) => stripePaid(id).data.object) }
      readonly refunds = { list: () => [] }
      readonly checkout = { sessions: { list: () => [] } }
    }
    await runBlock(codeOf('docs/migrate.md > Orders that were paid before'), {
      globals: { ...globals, orders },
      modules: { stripe: { default: Listed, __esModule: true } },
    })
    const word = (id: number) =>
      (db.prepare('SELECT status FROM orders WHERE id = ?').get([id]) as { status: string }).status
    for (const path of ['/webhook', '/webhooks/stripe']) expect(await send(stripePaid('4'), path)).toBe(200)
    expect([1, 2, 4].map(word)).toEqual(['settled', 'sent', 'settled'])
    const refund = (id: string, amount: number) =>
      sampleAbout({ orderId: '4', refund: id }, 'stripe', 'refund.confirmed', {
        data: { object: { id, amount, payment_intent: stripePaid('4').data.object.id, metadata: {} } },
      })
    expect([await send(refund('re_1', 990)), word(4)]).toEqual([200, 'part_refunded'])
    expect([await send(refund('re_2', 4000)), word(4)]).toEqual([200, 'refunded'])
    const toPack = codeOf('docs/orders.md > What may be shipped').split(';')[0]!
    expect(db.prepare(toPack).all()).toEqual([{ order_id: '1' }])
    const unshipped = codeOf('docs/migrate.md > Orders that were paid before (2)').split(';')[1]!
    expect(db.prepare(unshipped).all()).toEqual([])
  })

  test('what an old instance took while new ones ran already is imported when it is gone, once', async () => {
    const db = oldDatabase()
    ordersIn(db).prepareOrders()
    await startOld({ db, ship: (id) => ordersIn(db).shipOnce(id) }).to()
    for (let times = 0; times < 2; times++) ordersIn(db).importPaid()
    const { payment, version } = db.prepare('SELECT payment, version FROM orders').get() as Record<string, string>
    expect(JSON.parse(payment!)).toMatchObject({ status: 'confirmed', received: '100.5', version: 1 })
    expect([version, shipmentsIn(db)]).toEqual([1, [{ order_id: 'ORDER-1001' }]])
  })

  test('what the old handler took between the preparation and `shipOnce` counts as shipped, and nothing else', async () => {
    const db = oldDatabase()
    ordersIn(db).prepareOrders()
    await startOld({ db }).to()
    expect(shipmentsIn(db)).toEqual([])
    db.exec(`INSERT INTO orders (id, total, currency, network, address, address_id, status)
      VALUES ('BETWEEN', '20', 'USDT', 'ethereum', '0x${'2'.repeat(40)}', 'addr_2', 'open')`)
    for (let times = 0; times < 2; times++) ordersIn(db).prepareOrders()
    ordersIn(db).importPaid()
    const shop = startNew(db)
    expect((await shop.to(OLD)).status).toBe(200)
    const between = { id: 'tx_2', amount: '20', address_id: 'addr_2', metadata: {} }
    expect((await shop.to(OLD, { ...paid, data: { ...paid.data, ...between } })).status).toBe(200)
    await shop.stop()
    expect(db.prepare("SELECT shipped_at FROM shipments WHERE order_id = 'BETWEEN'").all()).toEqual([
      { shipped_at: null },
    ])
    db.exec("DELETE FROM shipments WHERE order_id = 'BETWEEN'; DELETE FROM orders WHERE id = 'BETWEEN'")
    const rows = db.prepare('SELECT order_id, shipped_at IS NULL AS waits FROM shipments').all()
    expect(rows).toEqual([{ order_id: 'ORDER-1001', waits: 0 }])
    const fellBetween = codeOf('docs/migrate.md > Orders that were paid before (2)').split(';').slice(0, 2)
    expect(fellBetween.map((query) => db.prepare(query).all())).toEqual([[], []])
    db.exec('DELETE FROM shipments')
    expect(db.prepare(fellBetween[1]!).all()).toEqual([{ id: 'ORDER-1001', status: 'confirmed' }])
    ordersIn(db).prepareOrders()
    expect(shipmentsIn(db)).toEqual([])
  })

  test.each(['old', 'new'])('while both run, and the %s one is first, one of them ships', async (first) => {
    const db = oldDatabase()
    ordersIn(db).prepareOrders()
    const old = startOld({ db, ship: (id) => ordersIn(db).shipOnce(id) })
    const shop = startNew(db)
    const deliveries = [() => old.to(), () => shop.to('/webhooks/gateway')]
    if (first === 'new') deliveries.reverse()
    for (const delivery of deliveries) expect((await delivery()).status).toBe(200)
    await shop.stop()
    expect(shipmentsIn(db)).toEqual([{ order_id: 'ORDER-1001' }])
  })
})

describe('looking on before the old handler', () => {
  /** Mounted in front of the old shop, as on the page. */
  function watched(watching = gateway) {
    const notes: object[] = []
    const noted = new EventTarget()
    const { app: old, shipped } = startOld()
    const app = express()
    lookOn(app, OLD, watching, (seen) => {
      notes.push(seen)
      noted.dispatchEvent(new Event('note'))
    })
    app.use(old)
    /** Delivers to the old shop. The note about a delivery may be written before or after the old handler's answer. */
    const to = (payload: object) => deliver(app, gateway, payload as typeof paid).to(OLD)
    const deliverAndNote = async (
      send: (delivery: ReturnType<typeof to>) => PromiseLike<{ readonly status: number }>,
      payload: object = paid,
    ) => {
      const note = once(noted, 'note')
      const { status } = await send(to(payload))
      await note
      return status
    }
    return { notes, shipped, deliverAndNote }
  }

  const id = 'crypto-gateway:transaction.confirmed'
  const received = { amount: '100.5', currency: 'USDT', basis: 'transaction' }

  test('tells event, order and amount of what the old handler refuses, and leaves the answer to it', async () => {
    const { notes, shipped, deliverAndNote } = watched()
    expect(await deliverAndNote((delivery) => delivery.indented())).toBe(403)
    expect(notes).toMatchObject([{ observed: expect.stringContaining(id), orderId: 'ORDER-1001', received }])
    expect(shipped).toEqual([])
  })

  test('tells type, payment and refund of an event that the old handler leaves alone', async () => {
    const { notes, shipped, deliverAndNote } = watched()
    expect(await deliverAndNote((delivery) => delivery, detected)).toBe(200)
    expect(notes).toMatchObject([{ type: 'transaction.detected', paymentId: detected.data.address_id, refund: null }])
    expect(shipped).toEqual([])
  })

  test('lets the old handler ship, and knows the repeat', async () => {
    const { notes, shipped, deliverAndNote } = watched()
    for (const status of [200, 200]) expect(await deliverAndNote((delivery) => delivery)).toBe(status)
    expect(notes).toMatchObject([{ observed: expect.stringContaining(id) }, { duplicate: expect.stringContaining(id) }])
    expect(shipped).toEqual(['ORDER-1001'])
  })

  test('says of one that is not authentic what to compare', async () => {
    const { notes, deliverAndNote } = watched()
    expect(await deliverAndNote((delivery) => delivery.forged())).toBe(403)
    const message = expect.stringMatching(/compare the configured secret .* \(test or live\)$/)
    expect(notes).toEqual([{ error: 'AUTH_MISMATCH', message, explanation: null }])
  })

  test('says the same where it has another secret than the old handler, which ships', async () => {
    const { notes, shipped, deliverAndNote } = watched(cryptoGateway({ secret: randomBytes(32).toString('hex') }))
    expect(await deliverAndNote((delivery) => delivery)).toBe(200)
    expect(notes).toMatchObject([
      { error: 'AUTH_MISMATCH', message: expect.stringContaining('secret'), explanation: null },
    ])
    expect(shipped).toEqual(['ORDER-1001'])
  })

  test('explains a secret that was replaced', async () => {
    const { notes, deliverAndNote } = watched(
      cryptoGateway({ secret: randomBytes(32).toString('hex'), retired: secret }),
    )
    expect(await deliverAndNote((delivery) => delivery)).toBe(200)
    expect(notes).toMatchObject([{ error: 'AUTH_MISMATCH', explanation: expect.stringContaining('retired') }])
  })

  test('tells what is authentic and would not be handled', async () => {
    const { notes, deliverAndNote } = watched()
    await deliverAndNote((delivery) => delivery, { ...paid, data: { ...paid.data, amount: 'much' } })
    expect(notes).toEqual([{ error: 'PAYLOAD_INVALID', message: expect.any(String), explanation: null }])
  })

  test('tells an error beside the event that it is about', async () => {
    const { notes, deliverAndNote } = watched()
    await deliverAndNote((delivery) => delivery)
    await deliverAndNote((delivery) => delivery, { ...paid, data: { ...paid.data, amount: '7' } })
    expect(notes.slice(1)).toMatchObject([
      { error: 'ID_CONFLICT', explanation: null },
      { observed: expect.stringContaining(id), orderId: 'ORDER-1001' },
    ])
  })
})
