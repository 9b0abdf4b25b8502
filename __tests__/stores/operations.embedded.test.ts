/** The stores in this process, compared with the model of all stores. `operations.test.ts` covers the others. */
import { describe, test } from '@jest/globals'
import Database from 'libsql'
import { memoryStore } from '../../src/index.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { expectAsModel, expectClaimsAsModel } from '../support/compare-with-model.js'

describe('a random list of operations is answered as the model answers it', () => {
  test('by memoryStore, whatever time passes or is set back', async () => {
    await expectClaimsAsModel((now) => memoryStore({ now }), 2000)
  })

  test('by sqliteStore', async () => {
    await expectAsModel(async () => {
      const db = new Database(':memory:')
      const store = sqliteStore(db, { allowVolatile: true })
      await store.init()
      return {
        store,
        async close() {
          await store.close()
          db.close()
        },
      }
    }, 100)
  })
})
