/** `npm start` in a process of its own, on free ports and in an empty folder, for load tests. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { localSecrets } from '../local-secrets.js'
import type { Accounts } from '../sandbox/accounts.js'
import type { ShopConfig } from '../shop/config.js'

export interface StartedShop extends Pick<ShopConfig, 'database'> {
  readonly url: string
  readonly accounts: Accounts
  stop(): Promise<void>
}

/** @param databaseUrl Postgres, or undefined for SQLite in the folder */
export async function startShop(databaseUrl: string | undefined): Promise<StartedShop> {
  const data = mkdtempSync(join(tmpdir(), 'shop-load-'))
  const program = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../start.ts')], {
    env: { ...process.env, PORT: '0', SANDBOX_PORT: '0', SHOP_DATA: data, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(program, 'close')
  const stop = async () => {
    program.kill('SIGINT')
    await closed
    rmSync(data, { recursive: true })
  }
  for await (const line of createInterface({ input: program.stdout })) {
    const url = /^Shop +(\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    // Its later output is not needed, but must not fill the pipe.
    program.stdout.resume()
    const { accounts } = localSecrets(join(data, 'secrets.json'))
    const database = databaseUrl === undefined ? { file: join(data, 'shop.db') } : { url: databaseUrl }
    return { url, accounts, database, stop }
  }
  await stop()
  throw new Error('the shop did not start')
}
