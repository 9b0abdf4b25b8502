/** The shared context of the providers' APIs. */
import type { Request } from 'express'
import type { Accounts, ShopUrls } from '../accounts.js'
import type { Desk } from '../desk.js'
import type { DeliveryTable } from '../storage/deliveries.js'
import type { PaymentTable } from '../storage/payments.js'

export interface ApiContext {
  readonly accounts: Accounts
  readonly shop: () => ShopUrls | null
  readonly desk: Desk
  readonly payments: PaymentTable
  readonly deliveries: DeliveryTable
  /** How long a payment may take if no time was set for it. */
  readonly lifetimeMs: () => number
}

/** The sandbox's address, as the caller reached it. */
export function baseUrl(req: Request): string {
  return `${req.protocol}://${req.get('host') ?? 'localhost'}`
}
