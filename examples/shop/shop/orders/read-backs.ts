/** CityPay's silence: a lost callback may never come again, so its orders are read back before they expire. */
import type { ShopOrder } from './order.js'
import type { Orders } from './orders.js'

/** CityPay limits reading to 200 a minute, and an order with money on its way can stay overdue for a day. */
const READ_AGAIN_MS = 60_000

/** Has CityPay asked how the payment it calls by this reference stands, and answers whether that was settled. */
export type ReadBack = (reference: string) => Promise<boolean>

export interface ReadBacks {
  /** Reads every order back whose time is up. */
  readOverdue(now: Date, readBack: ReadBack): Promise<void>
  /** One that could not be read yet has to wait: after it has expired nobody would ask again. */
  readonly mayExpire: (order: ShopOrder) => boolean
}

export function createReadBacks(orders: Orders): ReadBacks {
  const reads = new Map<string, { readonly at: number; readonly succeeded: boolean }>()

  async function readAll({ orderId, payments }: ShopOrder['payment'], readBack: ReadBack): Promise<boolean> {
    let succeeded = true
    for (const reference of new Set(payments.map(({ reference = orderId }) => reference))) {
      succeeded = (await readBack(reference)) && succeeded
    }
    return succeeded
  }

  return {
    async readOverdue(now, readBack) {
      const overdue = (await orders.overdue(now)).filter(({ provider }) => provider === 'city-pay')
      for (const [id, { at }] of reads) if (now.getTime() - at >= READ_AGAIN_MS) reads.delete(id)
      const unread = overdue.filter(({ id }) => !reads.has(id))
      // All at once: other orders wait no longer for their end than one of these takes.
      await Promise.all(
        unread.map(async ({ id, payment }) => {
          reads.set(id, { at: now.getTime(), succeeded: await readAll(payment, readBack) })
        }),
      )
    },
    mayExpire: ({ id, provider }) => provider !== 'city-pay' || reads.get(id)?.succeeded === true,
  }
}
