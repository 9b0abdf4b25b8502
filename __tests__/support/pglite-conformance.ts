/**
 * PGlite loads its parts with import(), which jest's CommonJS cannot do: its suite runs under node:test, in a separate process.
 */
import { after, describe, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { postgresStore } from '../../src/stores/postgres.js'
import { durableStoreConformance } from '../../src/testing/durable-store-conformance.js'

const db = new PGlite()
after(() => db.close())

void describe('postgresStore on PGlite', () => durableStoreConformance({ test, create: () => postgresStore(db) }))
