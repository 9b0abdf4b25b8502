/** A shop and a sandbox on free ports and an empty database of either kind, with helpers for tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { newAccounts, type Accounts } from '../../sandbox/accounts.js'
import { runShopWithSandbox, type ShopWithSandbox } from '../../shop-with-sandbox.js'
import type { Catalogue } from '../../shop/catalogue.js'
import type { ShopConfig } from '../../shop/config.js'
import type { Database } from '../../shop/database/database.js'
import { openDatabase } from '../../shop/database/open-database.js'
import type { Reconciling } from '../../shop/missed.js'
import { createSchema } from './postgres-schema.js'

// A test's waits take milliseconds, or seconds on a busy machine.
jest.setTimeout(20_000)

export type DatabaseKind = 'sqlite' | 'postgres'

export const OPERATOR_TOKEN = 'operator-token-for-these-tests'

export interface OpenShopOptions {
  readonly database?: DatabaseKind
  readonly catalogue?: Catalogue
  readonly config?: Partial<ShopConfig>
  readonly reconciling?: Reconciling
}

export interface TestShop extends ShopWithSandbox {
  readonly accounts: Accounts
  /** The shop's log, one line of JSON each. */
  readonly lines: string[]
  /** The test's own connection to the shop's database. */
  readonly db: Database
  /** Closes shop and sandbox, and starts both again on the same data. */
  restart(): Promise<TestShop>
}

export async function openShop(options: OpenShopOptions = {}): Promise<TestShop> {
  const { database = 'sqlite', catalogue, config, reconciling } = options
  const data = mkdtempSync(join(tmpdir(), 'shop-'))
  const accounts = newAccounts()
  const schema = database === 'postgres' ? await createSchema() : null
  const environment = { PORT: '0', OPERATOR_TOKEN, ...(schema && { DATABASE_URL: schema.url }) }

  const start = async (): Promise<TestShop> => {
    const lines: string[] = []
    const running = await runShopWithSandbox({
      ...{ data, accounts, environment, retryBaseMs: 5 },
      ...(config && { config }),
      shop: {
        log: (...entry) => void lines.push(JSON.stringify(entry)),
        ...(catalogue && { catalogue }),
        ...(reconciling && { reconciling }),
      },
    })
    const db = await openDatabase(running.config, () => {})
    const stop = async () => {
      await db.close()
      await running.close()
    }
    return {
      ...{ ...running, accounts, lines, db },
      async restart() {
        await stop()
        return start()
      },
      async close() {
        await stop()
        await schema?.drop()
        rmSync(data, { recursive: true })
      },
    }
  }
  return start()
}

/** Asks repeatedly. At the end, its error contains the last answer. */
export async function until<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask()
    if (isDone(answer)) return answer
    if (attempt === 900) throw new Error(`still waiting after: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
