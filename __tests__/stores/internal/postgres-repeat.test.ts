import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { repeating } from '../../../src/stores/internal/postgres-repeat.js'
import { postgresStore } from '../../../src/stores/postgres.js'
import { claimRequest } from '../../support/claim-request.js'
import { describeWith, POSTGRES } from '../../support/needs.js'
import { DATABASE_URL } from '../../support/services.js'

describe('repeating', () => {
  const repeated = repeating()

  const failing = (code: string, times: number) => {
    let calls = 0
    const call = async () => {
      if (calls++ < times) throw Object.assign(new Error('rolled back'), { code })
      return calls
    }
    return call
  }

  test.each(['40001', '40P01'])('a statement that failed with %s is sent again', async (code) => {
    expect(await repeated(failing(code, 3))).toBe(4)
  })

  test('another failure is not repeated', async () => {
    await expect(repeated(failing('23505', 1))).rejects.toMatchObject({ code: '23505' })
  })

  test('it ends', async () => {
    await expect(repeated(failing('40001', Number.POSITIVE_INFINITY))).rejects.toMatchObject({ code: '40001' })
  })
})

describeWith(POSTGRES, 'a database whose default isolation is serializable', () => {
  const schema = `repeat_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  let pool: Pool

  beforeAll(async () => {
    const options = `-c default_transaction_isolation=serializable -c search_path=${schema}`
    pool = new Pool({ connectionString: DATABASE_URL, max: 20, options })
    await pool.query(`CREATE SCHEMA ${schema}`)
  })
  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  })

  test('60 events at once, in two stores: no claim and no completion fails', async () => {
    const stores = [postgresStore(pool), postgresStore(pool)]
    for (const store of stores) await store.init()
    const requests = Array.from({ length: 60 }, () => claimRequest())
    const handled = await Promise.all(
      requests.map(async (request, number) => {
        const store = stores[number % 2]!
        const { state } = await store.claim(request)
        return [state, await store.complete(request.key, request.token)]
      }),
    )
    expect(handled).toEqual(Array(60).fill(['claimed', true]))
    for (const store of stores) await store.close()
  })
})
