/** `npm start`: the shop, and the sandbox that plays its providers, on this machine only. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { localSecrets } from './local-secrets.js'
import { orExit } from './or-exit.js'
import { runShopWithSandbox } from './shop-with-sandbox.js'
import { readVariables, setVariables, wholeNumber } from './shop/environment.js'
import type { Log } from './shop/web/log.js'

const variables = z.object({
  SANDBOX_PORT: wholeNumber(0, 65_535).default(4000),
  SHOP_DATA: z.string().default(join(import.meta.dirname, 'data')),
})
const environment = setVariables(process.env)
const { SANDBOX_PORT: sandboxPort, SHOP_DATA: data } = await orExit(() => readVariables(variables, environment))
mkdirSync(data, { recursive: true })
const { accounts, operatorToken } = localSecrets(join(data, 'secrets.json'))

/** Requests are not shown here, but errors are. */
const log: Log = (level, message, { provider, code, reason = '' } = {}) => {
  if (level === 'info') return
  const which = [provider, code].filter((one) => one !== undefined).join(' ')
  console.error(`${new Date().toISOString().slice(11, 19)} ${level}: ${message}${which && ` (${which})`}`, reason)
}

const running = await orExit(() =>
  runShopWithSandbox({
    data,
    accounts,
    sandboxPort,
    environment: { OPERATOR_TOKEN: operatorToken, ...environment },
    shop: { log },
  }),
)

const { shop, sandboxUrl } = running
console.log(`
Shop      ${shop.url}
Sandbox   ${sandboxUrl}   plays the payment providers: pay, pay part, cancel, forge
Operator  ${shop.url}/operator   ${environment['OPERATOR_TOKEN'] !== undefined ? 'with your OPERATOR_TOKEN' : `token: ${operatorToken}`}

Data is kept in ${data}. Ctrl-C ends both.
`)

// Ctrl-C may reach this process twice: from the terminal, and from the program that started it.
let closing: Promise<void> | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void (closing ??= running.close()))
