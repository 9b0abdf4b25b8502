import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import Database from 'libsql'
import { select, type Selection } from '../../../src/operator/kept/records.js'
import { sqliteStore } from '../../../src/stores/sqlite.js'

const COUNT = 2100

describe('select', () => {
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })

  beforeAll(async () => {
    await store.init()
    for (let at = 0; at < COUNT; at++) {
      await store.quarantine({
        key: `kept-${at}`,
        provider: at % 1000 === 0 ? 'rare' : 'acme',
        eventId: null,
        account: '',
        orderId: null,
        code: at % 2 === 0 ? 'JSON_INVALID' : 'PAYLOAD_INVALID',
        message: '',
        body: Buffer.from('{'),
        headers: {},
      })
    }
  })

  afterAll(() => store.close())

  const keys = async (selection: Selection, limit?: number) => {
    const found: string[] = []
    for await (const { key } of select(store, selection, limit)) found.push(key)
    return found
  }

  test('answers every record once, over several pages', async () => {
    const found = await keys({})
    expect([found.length, new Set(found).size]).toEqual([COUNT, COUNT])
  })

  test('finds what is on the last page only', async () => {
    expect((await keys({ provider: 'rare' })).sort()).toEqual(['kept-0', 'kept-1000', 'kept-2000'])
    expect(await keys({ provider: 'rare', code: 'PAYLOAD_INVALID' })).toEqual([])
  })

  test.each([1, 1000, 1001, 2000])('answers no more than %d', async (limit) => {
    expect(await keys({ state: 'quarantined' }, limit)).toHaveLength(limit)
    expect(await keys({ code: 'JSON_INVALID' }, limit)).toHaveLength(Math.min(limit, COUNT / 2))
  })
})
