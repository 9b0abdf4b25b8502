/** The door of a platform: one route, and behind it a receiver for each tenant that gets deliveries. */
import type { Request, RequestHandler, Response } from 'express'
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import { healthOf, type Health } from '../flow/lifecycle/health.js'
import { refuseWhenClosing, shutDown } from '../flow/lifecycle/shut-down.js'
import { reportError } from '../flow/reporting/report.js'
import { DeliveryContext } from '../flow/state/context.js'
import { receiverState, type ReceiverState } from '../flow/state/receiver.js'
import { isOwnRoute } from '../http/own-route.js'
import { senderAddress } from '../http/sender-address.js'
import { contextOf, serve } from '../http/serve.js'
import { clock } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import type { Provider } from '../provider.js'
import type { Queue } from '../queue.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { withoutFields } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'
import { openReceiver, type Receiver } from '../receiver.js'
import { OPTION_NAMES, resolveOptions } from '../resolve-options.js'
import type { LoadedTenant } from './loaded-tenant.js'
import { LookUps, unavailable, unknownTenant } from './look-ups.js'
import { resolveKeeping, type TenantWebhookOptions } from './options.js'
import { refusing, standIn } from './stand-in.js'
import { isTenantId } from './tenant-id.js'
import { Tenants } from './tenants.js'

/** How long a delivery waits for the look-up of its tenant, in milliseconds: the sender's time must also last for the rest. */
const WAIT_MS = 2000

/** Time that is always left for the delivery itself, in milliseconds. */
const MIN_TIMEOUT_MS = 250

/** The return value of `tenantWebhook`: an Express handler, and methods for a platform's tenants. */
export interface TenantWebhook extends RequestHandler {
  /**
   * Makes the next delivery look up the tenant's provider again: after a secret was changed, or a tenant was added or
   * removed. Deliveries in progress end as they began. Applies to this process only: others see the change within
   * `refreshMs`.
   */
  forget(tenant: string): void
  /**
   * Runs a function with the receiver of a tenant. Loads the tenant if needed, and keeps it until the function has
   * ended.
   *
   * @throws DeliveryError `AUTH_TENANT_UNKNOWN`, `TENANT_UNAVAILABLE`
   * @example
   * ```ts
   * import { tenantWebhook } from 'express-payment-webhooks/tenants'
   *
   * const merchants = tenantWebhook({ tenant: (req) => req.params['merchant'], provider: () => provider, store, on: {} })
   * await merchants.withReceiver('acme', (receiver) => receiver.receive({ body, headers }))
   * ```
   */
  withReceiver<T>(tenant: string, use: (receiver: Receiver) => T | Promise<T>): Promise<T>
  /** The option `queue`. Together with `receiverOf` it makes `startWorkers(webhook)` work for all tenants. */
  readonly queue: Queue | undefined
  /**
   * The receiver of a job's tenant, which is loaded if needed. Undefined if the tenant has another provider.
   *
   * @throws DeliveryError `AUTH_TENANT_UNKNOWN`, `TENANT_UNAVAILABLE`: the job then runs later
   */
  receiverOf(job: { readonly provider: string; readonly account: string }): Promise<Receiver | undefined>
  /** Like `close` of a receiver, for all tenants together. */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>
  /**
   * Reports whether the store and the queue answer, how many deliveries are in progress, and how many tenants are loaded.
   * Never rejects.
   */
  health(): Promise<TenantsHealth>
}

export interface TenantsHealth extends Pick<Health, 'ok' | 'store' | 'queue' | 'closing' | 'inProgress' | 'error'> {
  /** Tenants whose receivers are open in this process. */
  readonly loaded: number
}

/**
 * Receives the callbacks of many accounts with a provider at one path, each with its own secret: for platforms.
 * A tenant's provider is looked up with its first delivery, and forgotten after a time without deliveries. Events are
 * kept apart by tenant, and handlers find the tenant in `context.account`.
 *
 * @throws ConfigurationError when the options cannot be safe; the message names the fix
 * @example
 * ```ts
 * import express from 'express'
 * import { coinsPh, memoryStore } from 'express-payment-webhooks'
 * import { tenantWebhook } from 'express-payment-webhooks/tenants'
 *
 * const app = express()
 * const webhook = tenantWebhook({
 *   tenant: (req) => req.params['merchant'],
 *   provider: async (merchant) => {
 *     const token = process.env[`COINS_PH_TOKEN_OF_${merchant}`]
 *     return token === undefined ? null : coinsPh({ token })
 *   },
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event, { account }) => orders.recordPaid(`${account}-${event.orderId}`, event.received) },
 * })
 * app.use('/webhooks/coins-ph/:merchant', webhook)
 * ```
 */
export function tenantWebhook<Event extends WebhookEvent, Tx = undefined>(
  options: TenantWebhookOptions<Event, Tx>,
): TenantWebhook {
  rejectUnknown('tenantWebhook', options, ['tenant', 'provider', 'idleMs', 'refreshMs', 'maxLoaded', ...OPTION_NAMES])
  const { tenant: tenantOf, provider: find, idleMs, refreshMs, maxLoaded, ...usual } = options
  for (const [name, value] of Object.entries({ tenant: tenantOf, provider: find })) {
    if (typeof value !== 'function') invalidOption('tenantWebhook', `${name} must be a function`)
  }
  if (typeof usual.on !== 'object' || usual.on === null)
    invalidOption('tenantWebhook', 'on must be an object of handlers')
  // Strangers share their limits, however many tenants they name.
  // The stand-in and the shop's providers get the same options, but only the shop's providers emit events.
  const resolve = (provider: Provider, on = usual.on) =>
    resolveOptions(provider as unknown as Provider<Event>, { ...usual, on })
  const own = receiverState(standIn, resolve(standIn, {}))
  const { explanations, verifications, lookUps } = own
  const prepare = (provider: Provider): ReceiverState => ({
    ...receiverState(provider, resolve(provider)),
    explanations,
    verifications,
    lookUps,
  })
  const tenants = new Tenants({
    ...resolveKeeping({ idleMs, refreshMs, maxLoaded }),
    lookUps: new LookUps(find, prepare),
    report: (error) => reportUnasked(own, error),
  })
  const state: ReceiverState = { ...own, adopt: (record) => tenants.adopt(record) }
  openReceiver(state)

  const handle = async (req: Request, res: Response): Promise<void> => {
    const arrivedAt = clock.monotonic()
    let loaded: LoadedTenant
    try {
      refuseWhenClosing(state)
      const tenant = readTenant(tenantOf, req)
      loaded = tenants.take(tenant) ?? (await soon(tenant, tenants))
    } catch (error) {
      return serve(refusing(state, error as DeliveryError), req, res, senderAddress)
    }
    try {
      await serve(loaded.state, req, res, senderAddress, contextSince(arrivedAt, loaded.state, req))
    } finally {
      loaded.end()
    }
  }
  const webhook = (req: Request, res: Response, next?: () => void): Promise<void> | void => {
    if (typeof next !== 'function') return handle(req, res)
    if (!isOwnRoute(req, webhook)) return next()
    void handle(req, res)
  }
  return Object.assign(webhook, {
    forget: (tenant: string) => tenants.forget(tenant),
    withReceiver: <T>(tenant: string, use: (receiver: Receiver) => T | Promise<T>) =>
      withReceiver(tenants, tenant, use),
    queue: own.options.queue,
    receiverOf: (job: Parameters<TenantWebhook['receiverOf']>[0]) => tenants.receiverOf(job),
    close: async ({ timeoutMs = 10_000 } = {}) => {
      await Promise.all([shutDown(state, 0), tenants.close(timeoutMs)])
    },
    health: async () => {
      const { ok, store, queue, closing, error } = await healthOf(state)
      return { ok, store, queue, closing, error, inProgress: tenants.inProgress, loaded: tenants.size }
    },
  })
}

/** @throws DeliveryError `AUTH_TENANT_UNKNOWN`, `TENANT_UNAVAILABLE` */
function readTenant(tenantOf: (req: Request) => unknown, req: Request): string {
  let tenant: unknown
  try {
    tenant = tenantOf(req)
  } catch (thrown) {
    throw new DeliveryError('TENANT_UNAVAILABLE', 'the option tenant threw', { cause: withoutFields(thrown) })
  }
  if (!isTenantId(tenant)) throw unknownTenant()
  return tenant
}

/** A look-up that takes longer goes on, and the next delivery finds its tenant loaded. */
async function soon(tenant: string, tenants: Tenants): Promise<LoadedTenant> {
  const loading = tenants.load(tenant)
  try {
    return await withinTime(loading, WAIT_MS, () => unavailable(tenant, `takes longer than ${WAIT_MS} ms; it goes on`))
  } catch (error) {
    loading.then(
      (loaded) => loaded.end(),
      () => {},
    )
    throw error
  }
}

/** The look-up has used some of the time that the sender waits. Undefined if it took no time. */
function contextSince(arrivedAt: number, { options }: ReceiverState, req: Request): DeliveryContext | undefined {
  const waitedMs = Math.floor(clock.monotonic() - arrivedAt)
  if (waitedMs === 0) return undefined
  const timeoutMs = Math.max(options.timeoutMs - waitedMs, MIN_TIMEOUT_MS)
  return contextOf({ options: { ...options, timeoutMs } }, req)
}

async function withReceiver<T>(
  tenants: Tenants,
  tenant: string,
  use: (receiver: Receiver) => T | Promise<T>,
): Promise<T> {
  if (!isTenantId(tenant)) throw unknownTenant()
  const loaded = tenants.take(tenant) ?? (await tenants.load(tenant))
  try {
    return await use(loaded.receiver)
  } finally {
    loaded.end()
  }
}

/** Reports a failure outside of any delivery: a kept event waits for a tenant that cannot be loaded. */
function reportUnasked(state: ReceiverState, error: DeliveryError): void {
  const context = new DeliveryContext(state)
  context.deadline.clear()
  const kind = error.code === 'AUTH_TENANT_UNKNOWN' ? 'not_authentic' : 'retry_later'
  reportError(state, context, error, { kind, event: null })
}
