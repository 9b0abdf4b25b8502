/** The store on Node's own SQLite, which the oldest supported Node does not have. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { durableStoreConformance } from 'express-payment-webhooks/testing'

const folder = mkdtempSync(join(tmpdir(), 'payment-webhooks-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
describe('sqliteStore on node:sqlite', () =>
  durableStoreConformance({
    test,
    create: () => sqliteStore(new DatabaseSync(join(folder, `${files++}.db`))),
  }))
