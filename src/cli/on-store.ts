/** For commands that work on a store: finds it, connects, and hangs up again. */
import { usageError, type Command, type Invocation } from './command.js'
import { connect, STORE_VARIABLE, type OperatorStore } from './connect.js'

export const STORE_OPTIONS = ['store', 'table', 'prefix'] as const

interface StoreInvocation extends Invocation {
  readonly store: OperatorStore
}

export function onStore(run: (invocation: StoreInvocation) => Promise<number>): Command['run'] {
  return async ({ operands, values }) => {
    const url = values.store ?? process.env[STORE_VARIABLE]
    if (url === undefined || url === '') throw usageError(`which store? Set ${STORE_VARIABLE}, or pass --store <url>`)
    const { store, close } = await connect(url, values)
    try {
      return await run({ store, operands, values })
    } finally {
      await close()
    }
  }
}
