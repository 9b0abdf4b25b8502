/** `npm start`: the shop, and the sandbox that stands for its providers, on this machine only. */
import { join } from 'node:path'
import { localSecrets } from './local-secrets.js'
import { sandboxEnvironment } from './sandbox-environment.js'
import { shopAt } from './sandbox/accounts.js'
import { createSandbox } from './sandbox/sandbox.js'
import { readConfig } from './shop/config.js'
import { runShop } from './shop/run-shop.js'

const data = process.env['SHOP_DATA'] ?? join(import.meta.dirname, 'data')
const { accounts, operatorToken } = localSecrets(join(data, 'secrets.json'))

const sandbox = createSandbox({ accounts, database: join(data, 'sandbox.db') })
const sandboxUrl = await sandbox.listen(Number(process.env['SANDBOX_PORT'] ?? 4000))
const shop = await runShop(
  readConfig({
    DATABASE_FILE: join(data, 'shop.db'),
    OPERATOR_TOKEN: operatorToken,
    ...process.env,
    ...sandboxEnvironment(sandboxUrl, accounts),
  }),
  { log: (level, message, { reason = '' } = {}) => level !== 'info' && console.error(`${level}: ${message}`, reason) },
)
sandbox.connect(shopAt(shop.url))

console.log(`
Shop      ${shop.url}
Sandbox   ${sandboxUrl}   plays the payment providers: pay, pay part, cancel, forge
Operator  ${shop.url}/operator   ${process.env['OPERATOR_TOKEN'] ? 'with your OPERATOR_TOKEN' : `token: ${operatorToken}`}

Data is kept in ${data}. Ctrl-C ends both.
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void Promise.all([shop.close(), sandbox.close()]))
}
