/** The sandbox by itself, configured by environment variables. */
import { accountsFrom, shopAt } from './accounts.js'
import { createSandbox } from './sandbox.js'

const environment = process.env

const sandbox = createSandbox({
  accounts: accountsFrom(environment),
  shop: shopAt(environment['SHOP_URL'] ?? 'http://127.0.0.1:3000'),
  database: environment['SANDBOX_DATABASE'] ?? ':memory:',
  log: (line) => console.log(line),
})

console.log(`Provider sandbox: ${await sandbox.listen(Number(environment['SANDBOX_PORT'] ?? 4000))}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
