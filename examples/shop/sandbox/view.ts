/** A payment and everything that was sent about it, for the pages and the control API. */
import type { Accounts, ShopUrls } from './accounts.js'
import type { DeliverySettings } from './delivery/settings.js'
import { missing, received, type Payment, type ProviderName, type Transfer } from './payment.js'
import type { Action, AmountFact } from './providers/provider.js'
import { isSigned, providerOf } from './providers/registry.js'
import { requestIdOf, type Attempt, type Delivery, type DeliveryTable } from './storage/deliveries.js'
import type { StoredPayment } from './storage/payments.js'
import { troublesOf, type Trouble } from './troubles.js'

export interface DeliveryView extends Pick<Delivery, 'id' | 'event' | 'state' | 'forged'> {
  readonly attempts: readonly {
    readonly number: number
    readonly at: string
    readonly status: number | null
    readonly error: string | null
    /** The shop's outcome; null if it is unknown. */
    readonly outcome: string | null
  }[]
  readonly nextAttemptAt: string | null
  /** The headers of the last attempt, with proofs cut short; empty before the first attempt. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface PaymentView extends Pick<Payment, 'id' | 'reference' | 'amount' | 'currency' | 'status'> {
  readonly provider: ProviderName
  readonly providerTitle: string
  readonly received: string
  /** Null if only the merchant knows the amount owed. */
  readonly missing: string | null
  /** True if a payer can send more than the amount owed. */
  readonly takesMore: boolean
  readonly facts: readonly AmountFact[]
  readonly note: string | null
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly transfers: readonly Pick<Transfer, 'id' | 'amount' | 'state'>[]
  /** The actions that are possible now. */
  readonly actions: readonly Action[]
  readonly troubles: readonly Trouble[]
  readonly payerUrl: string
  /** Null until a shop is connected. */
  readonly returnUrl: string | null
  readonly shopUrl: string | null
  readonly delivery: DeliverySettings
  /** Newest first. */
  readonly deliveries: readonly DeliveryView[]
}

export interface Surroundings {
  readonly deliveries: DeliveryTable
  readonly accounts: Accounts
  readonly shop: () => ShopUrls | null
  readonly outcomeOf: (requestId: string) => string | null
}

/** @param baseUrl the sandbox's address, as the caller reached it */
export function viewOf({ payment, delivery }: StoredPayment, baseUrl: string, around: Surroundings): PaymentView {
  const { id, provider, reference, amount, currency, status, createdAt, expiresAt, transfers } = payment
  const known = providerOf(payment)
  const shop = around.shop()
  const deliveries = around.deliveries.ofPayment(payment)
  return {
    provider,
    providerTitle: known.title,
    id,
    reference,
    amount,
    currency,
    status,
    received: received(payment),
    missing: missing(payment),
    takesMore: known.takesMore,
    facts: known.facts?.(payment) ?? [],
    note: known.note?.(payment) ?? null,
    createdAt: iso(createdAt)!,
    expiresAt: iso(expiresAt),
    transfers: transfers.map(({ id, amount, state }) => ({ id, amount, state })),
    actions: known.actions(payment),
    troubles: troublesOf({ payment, deliveries, isSigned: isSigned(payment, around.accounts) }),
    payerUrl: new URL(known.payerPath(payment), baseUrl).href,
    returnUrl: shop && known.returnUrl(payment, shop.returnUrl),
    shopUrl: shop && new URL(shop.returnUrl).origin,
    delivery,
    deliveries: deliveries.toReversed().map((sent) => deliveryView(sent, around.deliveries.attemptsOf(sent), around)),
  }
}

/** The part of a proof that is shown: enough to recognise it, too little to use it. */
const SHOWN_OF_PROOF = 24

function deliveryView(delivery: Delivery, attempts: readonly Attempt[], around: Surroundings): DeliveryView {
  const { id, event, state, forged, nextAttemptAt, body } = delivery
  const last = attempts.at(-1)
  const headers = last === undefined ? {} : providerOf(delivery).sign(around.accounts, body, last.at)
  const shown = (text: string) => (forged ? 'made up' : `${text.slice(0, SHOWN_OF_PROOF)}…`)
  return {
    id,
    event,
    state,
    forged,
    attempts: attempts.map(({ number, at, status, error }) => ({
      number,
      at: iso(at)!,
      status,
      error,
      outcome: around.outcomeOf(requestIdOf({ id }, number)),
    })),
    nextAttemptAt: iso(nextAttemptAt),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, shown(text)])),
    body,
  }
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
