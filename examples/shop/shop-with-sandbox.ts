/** A shop and the sandbox that plays all its payment providers, in one process. */
import { join } from 'node:path'
import { sandboxOutcomes } from './sandbox-outcomes.js'
import { sandboxEnvironment } from './sandbox-environment.js'
import { shopAt, type Accounts } from './sandbox/accounts.js'
import { createSandbox, type Sandbox } from './sandbox/sandbox.js'
import type { ShopOptions } from './shop/app.js'
import { readConfig, type ShopConfig } from './shop/config.js'
import { runShop, type RunningShop } from './shop/run-shop.js'

export interface ShopWithSandboxOptions {
  /** A folder for both databases. */
  readonly data: string
  readonly accounts: Accounts
  /** The shop's environment, without the providers. @default PORT=0 */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** @default 0: any free port */
  readonly sandboxPort?: number
  /** The unit of the sandbox's pauses between attempts. @default 1000 */
  readonly retryBaseMs?: number
  /** Settings that the environment cannot express, for example a payment window of seconds. */
  readonly config?: Partial<ShopConfig>
  readonly shop?: ShopOptions
}

export interface ShopWithSandbox {
  readonly config: ShopConfig
  readonly shop: RunningShop
  readonly sandbox: Sandbox
  readonly sandboxUrl: string
  close(): Promise<void>
}

export async function runShopWithSandbox(options: ShopWithSandboxOptions): Promise<ShopWithSandbox> {
  const { data, accounts, environment = { PORT: '0' }, sandboxPort = 0, retryBaseMs = 1000 } = options
  const outcomes = sandboxOutcomes()
  const { outcomeOf } = outcomes
  const sandbox = createSandbox({ accounts, outcomeOf, database: join(data, 'sandbox.db'), retryBaseMs })
  try {
    const sandboxUrl = await sandbox.listen(sandboxPort)
    const variables = {
      DATABASE_FILE: join(data, 'shop.db'),
      ...environment,
      ...sandboxEnvironment(sandboxUrl, accounts),
    }
    const config = { ...readConfig(variables), ...options.config }
    const shop = await runShop(config, options.shop)
    // A payment that ends before the buyer's time would leave the buyer without one.
    sandbox.connect(shopAt(shop.url), { lifetimeMs: config.paymentWindowMs })
    return {
      ...{ config, shop, sandbox, sandboxUrl },
      async close() {
        // The sandbox keeps the callbacks that it could not deliver.
        await sandbox.close()
        await shop.close()
        outcomes.close()
      },
    }
  } catch (error) {
    await sandbox.close()
    outcomes.close()
    throw error
  }
}
