/** A shop with a store in which another process has claimed `evt_1`, and the store's clock. */
import { memoryStore, type ClaimRequest } from '../../src/index.js'
import type { Shop } from './open-shop.js'
import { recordingStore } from './recording-store.js'
import type { OpenShop } from './shops.js'

export async function openAbandoned(open: OpenShop): Promise<{ shop: Shop; clock: { now: number } }> {
  const rehearsal = await open()
  await rehearsal.deliver()
  const request = rehearsal.store.calls[0]!.args[0] as ClaimRequest
  const clock = { now: 1_750_000_000_000 }
  const inner = memoryStore({ now: () => clock.now })
  await inner.claim({ ...request, token: 'of the dead process', leaseMs: 60_000 })
  return { shop: await open({ store: recordingStore({ inner }) }), clock }
}
