/** A process that reconciles a list of many events once, slowly, and records the events that it handles. */
import { appendFileSync } from 'node:fs'
import { createReceiver } from '../../src/index.js'
import { reconcile, type Lister } from '../../src/reconcile/index.js'
import { bodyOf, hmacProvider } from './hmac-provider.js'
import { openStore, type StoreAddress } from './open-store.js'

export interface ReconcileSetup extends StoreAddress {
  readonly ids: readonly string[]
  /** The time for each event of the list, in milliseconds. */
  readonly everyMs: number
  /** Gets a line for each event with a resolved handler. */
  readonly ledger: string
}

const { ids, everyMs, ledger, ...address } = JSON.parse(process.argv[2]!) as ReconcileSetup

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const list: Lister = async function* () {
  for (const [at, id] of ids.entries()) {
    yield { body: bodyOf({ id }) }
    process.send!(at + 1)
    await pass(everyMs)
  }
}

async function run(): Promise<void> {
  const { store, close } = openStore(address)
  const on = { 'payment.confirmed': ({ id }: { readonly id: string }) => appendFileSync(ledger, `${id}\n`) }
  const receiver = createReceiver(hmacProvider(), { store, on, onError: () => {} })
  const result = await reconcile(receiver, { list, graceMs: 0 }).catch(
    (error: unknown) => (error as { code?: string }).code,
  )
  process.send!({ result })
  await receiver.close()
  await store.close()
  await close()
  process.disconnect()
}

process.once('disconnect', () => process.exit())
void run()
