/** A store, a ledger and receiver processes for one `describe`, under unique names. */
import { afterAll, beforeAll } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import type { EventRecord } from '../../src/store.js'
import { Ledger } from './ledger.js'
import { openStore, type Backend, type OpenStore, type StoreAddress } from './open-store.js'
import { receiverProcesses, type ReceiverProcess, type ReceiverSetup } from './receiver-processes.js'
import { describeWith, POSTGRES, REDIS, type Need } from './needs.js'
import { DATABASE_URL, REDIS_URL } from './services.js'

export interface FaultScene {
  readonly backend: Backend
  /** URL or file of the store. */
  readonly at: string
  readonly ledger: Ledger
  /** Starts a shop, by default on the scene's own store. */
  start(setup?: Partial<ReceiverSetup>): Promise<ReceiverProcess>
  /** The store's record of an event, read from this process. */
  record(event: string): Promise<EventRecord | null>
  /** Ids of all events in the store. */
  known(): Promise<string[]>
}

const NEEDS: Readonly<Record<Backend, readonly Need[]>> = {
  sqlite: [],
  redis: [REDIS],
  postgres: [POSTGRES],
  'postgres transactional': [POSTGRES],
}
const URLS = { sqlite: undefined, redis: REDIS_URL, postgres: DATABASE_URL, 'postgres transactional': DATABASE_URL }

/** Registers a suite for each of the stores; if a server is missing, its suite is skipped. */
export function describeOnStores(
  name: string,
  suite: (scene: FaultScene) => void,
  backends: readonly Backend[] = ['sqlite', 'redis', 'postgres', 'postgres transactional'],
): void {
  for (const backend of backends) describeWith(NEEDS[backend], `${name}: ${backend}`, () => suite(faultScene(backend)))
}

/** @param at URL of the server, if it is not the common one */
export function faultScene(backend: Backend, at?: string): FaultScene {
  const name = `faults_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const folder = path.join(os.tmpdir(), name)
  const inPostgres = backend.startsWith('postgres')
  const pool = inPostgres ? new Pool({ connectionString: DATABASE_URL, max: 2 }) : undefined
  const table = `${name}_ledger`
  const ledger = new Ledger(
    path.join(folder, 'ledger'),
    backend === 'postgres transactional' ? { name: table, client: pool! } : undefined,
  )
  const address: StoreAddress = { backend, at: at ?? URLS[backend] ?? path.join(folder, 'events.db'), name }
  let own: OpenStore | undefined
  const ownStore = async () => {
    if (own === undefined) {
      own = openStore(address)
      await own.store.init()
    }
    return own.store
  }

  beforeAll(async () => {
    mkdirSync(folder)
    await ledger.create()
  })
  // Registers its own clean-up first, so that processes end before the resources that they use are removed.
  const start = receiverProcesses()
  afterAll(async () => {
    await own?.store.close()
    await own?.close()
    if (backend === 'redis') await forget(address)
    await pool?.query(`DROP TABLE IF EXISTS ${name}, ${table}`)
    await pool?.end()
    rmSync(folder, { recursive: true })
  })
  return {
    backend,
    at: address.at,
    ledger,
    start: (setup = {}) =>
      start({ ...address, ledger: ledger.file, table: ledger.table, applicationName: name, ...setup }),
    record: async (event) => (await ownStore()).getEvent(`hmac:${event}`),
    async known() {
      const store = await ownStore()
      const ids: string[] = []
      let before: EventRecord | undefined
      for (;;) {
        const page = await store.listEvents({ limit: 100, ...(before && { before }) })
        ids.push(...page.map(({ eventId }) => String(eventId)))
        if (page.length < 100) return ids
        before = page.at(-1)
      }
    },
  }
}

async function forget({ at, name }: StoreAddress): Promise<void> {
  const client = new Redis(at, { maxRetriesPerRequest: 0, retryStrategy: () => null })
  client.on('error', () => {})
  try {
    const keys = await client.keys(`{${name}}*`)
    if (keys.length > 0) await client.del(...keys)
  } catch {
    // A private server ends with its test.
  } finally {
    client.disconnect()
  }
}
