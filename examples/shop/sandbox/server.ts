/** The sandbox alone, configured by environment variables. */
import { z } from 'zod'
import { orExit } from '../or-exit.js'
import { readVariables, wholeNumber } from '../shop/environment.js'
import { accountsFrom, shopAt } from './accounts.js'
import { createSandbox } from './sandbox.js'

const variables = z.object({
  SANDBOX_PORT: wholeNumber(0, 65_535).default(4000),
  SANDBOX_DATABASE: z.string().default(':memory:'),
  SHOP_URL: z.url('must be an address').default('http://127.0.0.1:3000'),
})
const environment = await orExit(() => readVariables(variables, process.env))
const accounts = await orExit(() => accountsFrom(process.env))

const sandbox = createSandbox({
  accounts,
  shop: shopAt(environment.SHOP_URL),
  database: environment.SANDBOX_DATABASE,
  log: (line) => console.log(line),
})

console.log(`Provider sandbox: ${await orExit(() => sandbox.listen(environment.SANDBOX_PORT))}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
