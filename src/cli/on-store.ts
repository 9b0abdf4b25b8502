/** Runs a command on a store: connects before it and closes the connection after it. */
import { usageError, type Command, type Invocation } from './command.js'
import { connect } from './store/connect.js'
import type { OperatorStore } from './store/operator-store.js'
import { STORE_FORMS } from './store/store-url.js'

export const STORE_VARIABLE = 'PAYMENT_WEBHOOKS_STORE'

export const STORE_OPTIONS = ['store', 'table', 'prefix', 'key-prefix'] as const

interface StoreInvocation extends Invocation {
  readonly store: OperatorStore
}

/** @param isRight tells an empty store that a shop uses from one that no shop uses, if the command can */
export function onStore(
  run: (invocation: StoreInvocation) => Promise<number>,
  isRight: (invocation: StoreInvocation) => Promise<boolean> = () => Promise.resolve(false),
): Command['run'] {
  return async ({ operands, values, io }) => {
    const url = values.store ?? io.env[STORE_VARIABLE]
    if (url === undefined || url === '')
      throw usageError(`which store? Set ${STORE_VARIABLE}, or pass --store <url>, such as ${STORE_FORMS}`)
    const { store, close } = await connect(url, values, io, (opened) =>
      isRight({ store: opened, operands, values, io }),
    )
    try {
      return await run({ store, operands, values, io })
    } finally {
      await close()
    }
  }
}
