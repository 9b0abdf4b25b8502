/** `npm start`: the shop, and the sandbox that stands for its providers, on this machine only. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { localSecrets } from './local-secrets.js'
import { runShopWithSandbox } from './shop-with-sandbox.js'
import type { Log } from './shop/web/log.js'

const data = process.env['SHOP_DATA'] ?? join(import.meta.dirname, 'data')
mkdirSync(data, { recursive: true })
const { accounts, operatorToken } = localSecrets(join(data, 'secrets.json'))

/** Requests are of no interest here; what went wrong is. */
const log: Log = (level, message, { reason = '' } = {}) => {
  if (level !== 'info') console.error(`${level}: ${message}`, reason)
}

const running = await runShopWithSandbox({
  data,
  accounts,
  sandboxPort: Number(process.env['SANDBOX_PORT'] ?? 4000),
  environment: { OPERATOR_TOKEN: operatorToken, ...process.env },
  shop: { log },
})

const { shop, sandboxUrl } = running
console.log(`
Shop      ${shop.url}
Sandbox   ${sandboxUrl}   plays the payment providers: pay, pay part, cancel, forge
Operator  ${shop.url}/operator   ${process.env['OPERATOR_TOKEN'] ? 'with your OPERATOR_TOKEN' : `token: ${operatorToken}`}

Data is kept in ${data}. Ctrl-C ends both.
`)

// A terminal's Ctrl-C reaches this process more than once: from the terminal, and from what it was started with.
let closing: Promise<void> | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void (closing ??= running.close()))
