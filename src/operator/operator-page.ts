/** The operator page: one request in, one page out. Express is never loaded. */
import type { ServerResponse } from 'node:http'
import { sleep, clock } from '../lib/clock.js'
import { actionLog, type Action, type ActionLog } from './actions.js'
import { dismissTitle, dismissView } from './dismiss-view.js'
import { dismissRecord, isDismissible } from './kept/dismiss.js'
import { eventView } from './event-view.js'
import { formToken, isOwnToken, isSameOrigin } from './form-session.js'
import { readForm } from './form.js'
import { html, type Html } from './html.js'
import { byKey } from './kept/choose-by-id.js'
import { keptUnder } from './kept/records.js'
import { results } from './kept/results.js'
import { nameOf, page } from './layout.js'
import { COUNTED_UP_TO, listView } from './list-view.js'
import { settingsOf, type OperatorPageOptions, type OperatorRequest, type Settings } from './options.js'
import { noticeFor } from './notice.js'
import { bounded, patience, QUEUE_PATIENCE_MS, Unanswered, type PageStore, type Within } from './patience.js'
import { placeAt, type Place } from './place.js'
import { deny, redirect, send, setHeaders } from './respond.js'
import { find, isNarrowed, searchIn } from './search.js'
import { unansweredView } from './unanswered-view.js'

/** A listener of node:http and a handler of Express. */
export type OperatorHandler<Request> = (req: Request, res: ServerResponse, next?: (error?: unknown) => void) => void

/** Time to wait for a replay before the page reports that it is under way. */
const WAIT_MS = 4000
const POLL_MS = 200

const NOTHING_TO_DISMISS = 'There is no failed event and no quarantined delivery under this key'

interface Visit<Request extends OperatorRequest> {
  readonly req: Request
  readonly res: ServerResponse
  readonly settings: Settings<Request>
  readonly place: Place
  readonly store: PageStore
  readonly within: Within
  readonly query: URLSearchParams
  readonly log: ActionLog
}

/**
 * A page on which an operator finds the events of an order, sees why they failed, and runs them again. It works without
 * scripts and under any path.
 *
 * @param options.authorize decides who may see the page: called for every request; it has no default
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import type { IncomingMessage } from 'node:http'
 * import { operatorPage } from 'express-payment-webhooks/operator'
 *
 * const isLocal = (req: IncomingMessage) => req.socket.remoteAddress === '127.0.0.1'
 * app.use('/operator/payments', operatorPage({ store, authorize: isLocal }))
 * ```
 */
export function operatorPage<Request extends OperatorRequest = OperatorRequest>(
  options: OperatorPageOptions<Request>,
): OperatorHandler<Request> {
  const settings = settingsOf(options)
  const log = actionLog()
  return (req, res, next) => {
    serve(req, res, settings, log, next).catch((error: unknown) => {
      if (next !== undefined && !res.headersSent) return next(error)
      // Without an application around the page, no other code reports the error.
      process.emitWarning(`operatorPage: ${String(error)}`, 'PaymentWebhookWarning')
      if (res.headersSent) res.destroy()
      else deny(res, 500)
    })
  }
}

async function serve<Request extends OperatorRequest>(
  req: Request,
  res: ServerResponse,
  settings: Settings<Request>,
  log: ActionLog,
  next: ((error?: unknown) => void) | undefined,
): Promise<void> {
  const { path, base, query } = addressOf(req, settings.basePath)
  if (path === null) return next === undefined ? deny(res, 404) : next()
  const operator = operatorIn(await settings.authorize(req))
  setHeaders(res)
  if (operator === undefined) return deny(res, 403)
  const names = [...settings.stores.keys()]
  const wanted = query.get('store')
  const name = wanted !== null && settings.stores.has(wanted) ? wanted : names[0]!
  const place = placeAt({ base, store: name, stores: names, operator, orderUrl: settings.orderUrl })
  const within = patience()
  const store = bounded(settings.stores.get(name)!, within)
  const visit = { req, res, settings, place, store, within, query, log }
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
  if (route === undefined) return message(visit, 404, 'There is no such page')
  const method = req.method === 'HEAD' ? 'GET' : req.method
  if (method !== 'GET' && method !== 'POST') return deny(res, 405)
  const handle = route[method]
  if (handle === undefined) return deny(res, 405)
  try {
    await handle(visit)
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
    unanswered(visit, null)
  }
}

/** Undefined for a visitor who may not see the page. */
function operatorIn(answer: unknown): string | null | undefined {
  if (answer === true) return null
  if (answer === false || answer === null || answer === undefined || answer === '') return undefined
  if (typeof answer === 'string') return answer
  throw new TypeError('operatorPage: authorize must answer true, the name of the operator, or false')
}

function addressOf(req: OperatorRequest, basePath: string | null) {
  const url = req.url ?? '/'
  const at = url.indexOf('?')
  const [whole, search] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)]
  const base = basePath ?? req.baseUrl ?? ''
  const query = new URLSearchParams(search)
  // Express has removed the path of `app.use` already.
  if (req.baseUrl !== undefined || base === '') return { path: whole === '' ? '/' : whole, base, query }
  if (whole === base) return { path: '/', base, query }
  return { path: whole.startsWith(`${base}/`) ? whole.slice(base.length) : null, base, query }
}

type Show = <Request extends OperatorRequest>(visit: Visit<Request>) => Promise<void>

const ROUTES: Readonly<Record<string, { readonly GET?: Show; readonly POST?: Show }>> = {
  '/': { GET: showList },
  '/event': { GET: showEvent },
  '/replay': { POST: replay },
  '/dismiss': { GET: askToDismiss, POST: dismiss },
}

async function showList<Request extends OperatorRequest>(visit: Visit<Request>): Promise<void> {
  const { res, place, store, within, query, settings, log } = visit
  const { queue } = settings
  const search = searchIn(query)
  const [found, counts, jobs] = await Promise.all([
    find(store, search),
    isNarrowed(search) ? null : store.countEvents({ upTo: COUNTED_UP_TO }),
    // The queue is not part of the store: without its numbers the page still shows the list.
    queue === null ? null : within(() => queue.counts(), QUEUE_PATIENCE_MS).catch(() => 'unknown' as const),
  ])
  const title = search.text === '' ? 'What came' : `What came for ${search.text}`
  send(res, page(place, title, listView(place, search, found, { counts, jobs, done: log.newest(place.store) })))
}

async function showEvent<Request extends OperatorRequest>(visit: Visit<Request>): Promise<void> {
  const { req, res, place, store, query } = visit
  const key = query.get('key') ?? ''
  // A delivery that was handled is removed: its event is what remains of it.
  const record = (await store.getEvent(key)) ?? (await store.getEvent(query.get('of') ?? ''))
  const notice = noticeFor(query, record)
  if (record === null) return message(visit, notice === null ? 404 : 200, 'There is nothing under this key', notice)
  const others = record.eventId === null ? [] : await keptUnder(store, record.eventId)
  const token = formToken(req, res, place.operator)
  const view = { record, others: others.filter((other) => other.key !== record.key), token, notice }
  send(res, page(place, nameOf(record), eventView(place, view)))
}

async function askToDismiss<Request extends OperatorRequest>(visit: Visit<Request>): Promise<void> {
  const { req, res, place, store, query } = visit
  const record = await store.getEvent(query.get('key') ?? '')
  if (record === null || !isDismissible(record)) return message(visit, 404, NOTHING_TO_DISMISS)
  const token = formToken(req, res, place.operator)
  send(res, page(place, dismissTitle(record), dismissView(place, record, token)))
}

async function replay<Request extends OperatorRequest>(visit: Visit<Request>): Promise<void> {
  const form = await ownForm(visit)
  if (form === null) return
  const { res, place, store } = visit
  const key = form.get('key') ?? ''
  const delivery = await byKey(store, key)
  const eventId = delivery?.eventId ?? null
  const result = await noted(visit, { kind: 'replay', key, eventId }, async () => {
    if (delivery === undefined || !(await store.replay(key))) return 'refused'
    const settings = { waitMs: WAIT_MS, pollMs: POLL_MS, clock: CLOCK }
    const { replayed, dismissed, waiting } = await results(store, [delivery], settings)
    if (dismissed.length > 0) return 'refused'
    return replayed.length > 0 ? 'handled' : waiting.length > 0 ? 'waiting' : 'failed'
  })
  if (result === 'unknown') return unanswered(visit, key)
  redirect(res, place.link('/event', { key, of: eventId, did: result }))
}

async function dismiss<Request extends OperatorRequest>(visit: Visit<Request>): Promise<void> {
  const form = await ownForm(visit)
  if (form === null) return
  const { res, place, store } = visit
  const key = form.get('key') ?? ''
  if (form.get('confirmed') !== 'yes') return redirect(res, place.link('/dismiss', { key }))
  const record = await store.getEvent(key)
  const result = await noted(visit, { kind: 'dismiss', key, eventId: record?.eventId ?? null }, async () => {
    if (record === null) return null
    return (await dismissRecord(store, record)) ? 'dismissed' : null
  })
  if (result === null) return message(visit, 404, NOTHING_TO_DISMISS)
  if (result === 'unknown') return unanswered(visit, key)
  redirect(res, place.link('/event', { key, did: result }))
}

const CLOCK = { now: () => clock.monotonic(), sleep }

/** Null for a form that is not the page's own. The form is then answered and has no effect. */
async function ownForm<Request extends OperatorRequest>(visit: Visit<Request>): Promise<URLSearchParams | null> {
  const { req, place, settings } = visit
  const form = isSameOrigin(req, settings.origins) ? await readForm(req) : null
  if (form !== null && isOwnToken(req, place.operator, form.get('token'))) return form
  message(
    visit,
    403,
    'Nothing was done',
    html`<p class="notice bad">
      This form is not from this page, or is from before somebody else was logged in. Open the event again, and repeat
      it.
    </p>`,
  )
  return null
}

/** Records the result of an action, even if it is unknown. Null means that nothing was done. */
async function noted<Request extends OperatorRequest, Result extends Action['result'] | null>(
  { settings, log, place }: Visit<Request>,
  action: Pick<Action, 'kind' | 'key' | 'eventId'>,
  act: () => Promise<Result>,
): Promise<Result | 'unknown'> {
  const result = await act().catch((error: unknown) => {
    if (error instanceof Unanswered) return 'unknown' as const
    throw error
  })
  if (result !== null) {
    await settings.onAction(log.add({ ...action, result, operator: place.operator, store: place.store }))
  }
  return result
}

/** @param key the key of the record that was to be changed; null if nothing was */
function unanswered({ res, place }: Pick<Visit<OperatorRequest>, 'res' | 'place'>, key: string | null): void {
  send(res, page(place, 'The store does not answer', unansweredView(place, key)), 503)
}

function message(
  { res, place }: Pick<Visit<OperatorRequest>, 'res' | 'place'>,
  status: number,
  title: string,
  notice: Html | null = null,
): void {
  send(
    res,
    page(
      place,
      title,
      html`${notice}
        <p><a class="button" href="${place.link('/')}">Show what came</a></p>`,
    ),
    status,
  )
}
