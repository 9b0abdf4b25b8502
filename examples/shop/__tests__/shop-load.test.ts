/** A few busy seconds: no order is lost or doubled. `npm run load` runs the same for a minute. */
import { describe, expect, test } from '@jest/globals'
import { describeWith, POSTGRES } from '../../../__tests__/support/needs.js'
import { runLoad } from '../load/run-load.js'
import { startShop } from '../load/start-shop.js'
import { createSchema } from './support/postgres-schema.js'

const LIMIT_MS = 90_000

async function busySeconds(databaseUrl?: string): Promise<void> {
  const shop = await startShop(databaseUrl)
  try {
    const report = await runLoad(shop, { seconds: 3, eventsPerSecond: 20, pagesPerSecond: 20 })
    expect(report.problems).toEqual([])
    expect(report).toMatchObject({ orders: 30, events: 60, duplicates: 40 })
    expect(report.pages.count).toBe(60)
  } finally {
    await shop.stop()
  }
}

describe('on SQLite', () => {
  test('no order is lost or doubled', () => busySeconds(), LIMIT_MS)
})

describeWith(POSTGRES, 'on Postgres', () => {
  test(
    'no order is lost or doubled',
    async () => {
      const schema = await createSchema()
      await busySeconds(schema.url).finally(schema.drop)
    },
    LIMIT_MS,
  )
})
