/** The options of an operator page. */
import type { IncomingMessage } from 'node:http'
import type { Awaitable } from '../lib/awaitable.js'
import { invalidOption } from '../lib/invalid-option.js'
import { isDurable } from '../lib/is-durable.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import type { DurableStore } from '../store.js'
import type { Action } from './actions.js'
import type { JobCounts } from './list-view.js'

/** A request of node:http, or of Express with the properties that `app.use` and body parsers add. */
export interface OperatorRequest extends IncomingMessage {
  readonly baseUrl?: string | undefined
  readonly body?: unknown
}

export interface OperatorPageOptions<Request extends OperatorRequest = OperatorRequest> {
  /** The durable store of the shop. */
  readonly store?: DurableStore<unknown> | undefined
  /** Several stores by name, instead of `store`. */
  readonly stores?: Readonly<Record<string, DurableStore<unknown>>> | undefined
  /**
   * Decides for every request who may see the page and act on it. True, or the name of the operator, grants access;
   * false, null and undefined are answered 403. An error that it throws is an error of the application.
   */
  readonly authorize: (req: Request) => Awaitable<boolean | string | null | undefined>
  /** Returns the address of an order in the shop, for a link from its events. @default no link */
  readonly orderUrl?: ((orderId: string) => string) | undefined
  /** The queue of the shop, whose numbers are shown. @default no numbers */
  readonly queue?: { counts(): Awaitable<JobCounts> } | undefined
  /**
   * The path of the page as browsers see it, such as `/staff/payments`. Needed without `app.use`, and if a proxy
   * changes the path.
   * @default the path of `app.use`
   */
  readonly basePath?: string | undefined
  /**
   * Origins from which forms may come, such as `https://shop.example`, if a proxy changes the `Host`.
   * @default the request's `Host`
   */
  readonly origins?: readonly string[] | undefined
  /**
   * Called after each replay and dismissal, for a permanent audit. An error that it throws is an error of the
   * application.
   * @default none
   */
  readonly onAction?: ((action: Action) => Awaitable<void>) | undefined
}

export interface Settings<Request extends OperatorRequest> {
  readonly stores: ReadonlyMap<string, DurableStore<unknown>>
  readonly authorize: OperatorPageOptions<Request>['authorize']
  readonly orderUrl: ((orderId: string) => string) | null
  readonly queue: { counts(): Awaitable<JobCounts> } | null
  /** Without a trailing slash. */
  readonly basePath: string | null
  readonly origins: readonly string[]
  readonly onAction: (action: Action) => Awaitable<void>
}

const WHERE = 'operatorPage'
const NAMES = ['store', 'stores', 'authorize', 'orderUrl', 'queue', 'basePath', 'origins', 'onAction']

/** @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID` */
export function settingsOf<Request extends OperatorRequest>(options: OperatorPageOptions<Request>): Settings<Request> {
  rejectUnknown(WHERE, options, NAMES)
  const { store, stores, authorize, orderUrl, queue, basePath, origins = [], onAction = () => {} } = options
  if (typeof authorize !== 'function')
    invalidOption(WHERE, 'authorize must be a function that decides who may see the page: there is no default')
  if ((store === undefined) === (stores === undefined)) invalidOption(WHERE, 'pass either store or stores')
  const named = new Map(Object.entries(stores ?? { '': store! }))
  if (named.size === 0 || [...named.values()].some((one) => !isStore(one)))
    invalidOption(WHERE, 'a store must be durable, such as postgresStore(): there is nothing to see in any other')
  if (queue !== undefined && typeof queue?.counts !== 'function') invalidOption(WHERE, 'queue must have counts()')
  if (basePath !== undefined && !/^(\/[\w.~!$&'()*+,;=:@%-]+)*\/?$/.test(basePath))
    invalidOption(WHERE, 'basePath must be a path such as /staff/payments')
  const isOrigin = (origin: string) => URL.canParse(origin) && new URL(origin).origin === origin
  if (!Array.isArray(origins) || !origins.every(isOrigin))
    invalidOption(WHERE, 'origins must be a list such as ["https://shop.example"], without a path')
  if (orderUrl !== undefined && typeof orderUrl !== 'function') invalidOption(WHERE, 'orderUrl must be a function')
  if (typeof onAction !== 'function') invalidOption(WHERE, 'onAction must be a function')
  const path = basePath === undefined ? null : basePath.replace(/\/$/, '')
  return {
    stores: named,
    authorize,
    orderUrl: orderUrl ?? null,
    queue: queue ?? null,
    basePath: path,
    origins,
    onAction,
  }
}

function isStore(store: DurableStore<unknown> | null | undefined): boolean {
  return typeof store === 'object' && store !== null && isDurable(store) && typeof store.countEvents === 'function'
}
