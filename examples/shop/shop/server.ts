/** The shop alone, for real providers. All settings come from the environment. */
import { orExit } from '../or-exit.js'
import { jsonLog } from './web/log.js'
import { readConfig } from './config.js'
import { runShop } from './run-shop.js'

const config = await orExit(() => readConfig(process.env))
const shop = await orExit(() => runShop(config))
jsonLog('info', 'the shop listens', { url: shop.url, operator: `${shop.url}/operator` })
// Shown once on the terminal and not in the log, because it opens the operator's pages.
if (config.operatorTokenIsNew) console.log(`Operator token, until OPERATOR_TOKEN is set: ${config.operatorToken}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void shop.close())
