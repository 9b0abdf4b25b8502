/** `events`: lists the records of a store, newest first. */
import { printable } from '../lib/printable.js'
import { aboutOrder } from '../operator/kept/about-order.js'
import { byKeptText } from '../operator/kept/by-kept-text.js'
import { isAhead } from '../operator/kept/is-ahead.js'
import { accountOf, hasCurrentError, select } from '../operator/kept/records.js'
import { foundWith, withKept } from '../operator/kept/with-kept.js'
import type { DurableStore, EventQuery, EventRecord } from '../store.js'
import { paintFor, type Paint } from './color.js'
import { EXIT, usageError, wholeNumber, type Command } from './command.js'
import { asId, quoted } from './misplaced.js'
import { oneOf } from './one-of.js'
import { noteInBody } from './note-in-body.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { note, printJson, printText } from './output.js'
import { selection, STATE_TONES, stateOption } from './records.js'
import { sinceOption } from './since.js'
import { idWithin, tableLines, time, WIDTH, type Row } from './table.js'
import { fitted, textWidth } from './text-width.js'

const HEAD = ['STATE', 'PROVIDER', 'TYPE OR CODE', 'ATTEMPTS', 'CREATED']
const TYPE_COLUMN = 2

/** Only for lists of failed events: next to longer states there is no room for it. */
const DUE_HEAD = 'DUE'

/** Follows the id of a record that names an order; the amount comes after it. */
const ORDER = '  order '
const ORDER_WIDTH = 36
const AMOUNT = '  '
const AMOUNT_WIDTH = 30
const ACCOUNT = '  account '
const ACCOUNT_WIDTH = 20

/** The width of a record's key. Keys are shown whole, because a cut key finds nothing. */
const KEY_WIDTH = 43

/** The indent of each record's second line, and of its third line if it has an error. */
const INDENT = '  '
const SECOND_HEAD = `${INDENT}EVENT OR KEY`

const PROVIDER_WIDTH = 24

export const events: Command = {
  summary: 'List the events and quarantined deliveries of a store, newest first.',
  usage: '[options]',
  options: ['order', 'payment', 'state', 'provider', 'account', 'since', 'limit', ...STORE_OPTIONS],
  notes: {
    order: 'only events of this order or its payments, and kept deliveries that contain its id',
    account: 'only events and deliveries of this account',
  },

  misplaced: asId('show'),

  check(ids, values) {
    const [id] = ids
    if (id !== undefined) {
      const line = quoted(id)
      throw usageError(`events takes no ids; show does. Write: show ${line}, or events --order ${line}`)
    }
    stateOption(values)
    oneOf('order', values, 'events')
    oneOf('payment', values, 'events')
    sinceOption(values)
    limitOption(values.limit)
  },

  run: onStore(async ({ store, values, io }) => {
    const { json } = values
    const named: EventRecord[] = []
    const state = stateOption(values)
    const [orderId, paymentId] = [oneOf('order', values, 'events'), oneOf('payment', values, 'events')]
    const wanted = selection(values, state)
    const limit = limitOption(values.limit)
    if (orderId !== undefined && paymentId === undefined) {
      const { records, paymentIds } = await aboutOrder(store, orderId, wanted, limit)
      named.push(...records)
      if (named.length > 0) note(io, lookedFor(paymentIds))
    } else {
      const ids = { ...(orderId !== undefined && { orderId }), ...(paymentId !== undefined && { paymentId }) }
      for await (const record of select(store, { ...wanted, ...ids }, limit)) named.push(record)
    }
    const kept = await keptWith(store, [orderId, paymentId], wanted)
    const isNamed = (record: EventRecord) =>
      (orderId === undefined || record.orderId === orderId) &&
      (paymentId === undefined || record.paymentId === paymentId)
    const result = foundWith(
      named,
      kept.filter((record) => !isNamed(record)),
    )
    const found = withKept(result, limit)
    if (found.length === 0 && paymentId !== undefined) note(io, otherIds(paymentId))
    if (found.length === 0 || orderId !== undefined || paymentId !== undefined) note(io, IN_QUEUE)
    if (json === true)
      printJson(
        io,
        found.map(({ body: _body, ...record }) => record),
      )
    else printText(io, found.length === 0 ? 'nothing found' : listed(found, paintFor(io), state === 'failed'))
    const id = orderId ?? paymentId
    if (id !== undefined) noteInBody(io, id, found, result)
    return EXIT.ok
  }),
}

const IN_QUEUE =
  'if the shop has a queue: a job that waits, or whose handler runs in a transactional store, has no record here yet; health() counts it'

/**
 * What has these ids in its kept body. It is listed with the others, and not only mentioned below them: an operator who misses
 * a payment of the order reads this list, and a delivery that could not be read has its order nowhere else.
 */
async function keptWith(
  store: Pick<DurableStore<unknown>, 'listEvents' | 'getEvent'>,
  ids: readonly (string | undefined)[],
  wanted: EventQuery,
): Promise<EventRecord[]> {
  const searches = ids.filter((id) => id !== undefined).map((id) => byKeptText(store, id, wanted))
  const [first = [], ...more] = await Promise.all(searches)
  return first.filter(({ key }) => more.every((records) => records.some((record) => record.key === key)))
}

/** A reader who misses a refund needs to know by which ids the command searched. */
function lookedFor(paymentIds: readonly string[]): string {
  if (paymentIds.length === 0)
    return 'no event of this order names a payment: what names its payment alone, such as a refund, is found with --payment'
  return `with what names a payment of the order alone: ${paymentIds.join(', ')}; by another name of it, look with --payment`
}

/** A reader with the id of a charge or refund does not know which id the record holds. */
function otherIds(id: string): string {
  return `a record holds one id of its payment; \`show ${quoted(id)}\` looks for it as an id of another kind as well`
}

function limitOption(limit = '20'): number {
  return wholeNumber('limit', limit, 1, 100_000)
}

/** One line and one id for each record. */
export function listed(records: readonly EventRecord[], paint: Paint, withDue = false): string {
  const dueCell = ({ dueAt }: EventRecord) => (dueAt === null ? null : isAhead(dueAt) ? time(dueAt) : 'now')
  const titles = withDue ? [...HEAD, DUE_HEAD] : HEAD
  const rows = records.map((record) => (withDue ? [...row(record), dueCell(record)] : row(record)))
  const [head, ...lines] = tableLines(titles, rows, { paint, cutColumn: TYPE_COLUMN })
  const blocks = records.map((record, at) => [lines[at], ...details(named(record, records), paint)])
  return [head, paint('heading', SECOND_HEAD), ...blocks.flat()].join('\n')
}

/** Shown by its key if another account's event has the same event id. */
function named(record: EventRecord, among: readonly EventRecord[]): EventRecord {
  return isOfSeveralAccounts(record, among) ? { ...record, eventId: null } : record
}

/** True if the event id alone does not identify the record. */
export function isOfSeveralAccounts({ eventId, account }: EventRecord, among: readonly EventRecord[]): boolean {
  return eventId !== null && among.some((other) => other.eventId === eventId && other.account !== account)
}

function row({ state, provider, eventType, code, attempts, createdAt }: EventRecord): Row {
  const type = code ?? eventType
  return [{ value: state, tone: STATE_TONES[state] }, fitted(provider, PROVIDER_WIDTH), type, attempts, time(createdAt)]
}

function details(record: EventRecord, paint: Paint): string[] {
  const { lastError } = record
  const about = aboutOf(record)
  const lines = [INDENT + idWithin(WIDTH - INDENT.length - textWidth(about), record) + about]
  if (lastError !== null && lastError !== '' && hasCurrentError(record))
    lines.push(paint('minor', INDENT + fitted(printable(lastError), WIDTH - INDENT.length)))
  return lines
}

/**
 * The order, the amount and the account. If the room is too small, the order is cut: `show` prints it whole, and a cut
 * amount would be a wrong amount.
 */
function aboutOf(record: EventRecord): string {
  const { orderId, amount } = record
  const account = accountOf(record)
  const whose = account === null ? '' : `${ACCOUNT}${fitted(printable(account), ACCOUNT_WIDTH)}`
  const money = (amount === null ? '' : `${AMOUNT}${fitted(printable(amount), AMOUNT_WIDTH)}`) + whose
  if (orderId === null) return money
  const id = textWidth(idWithin(KEY_WIDTH, record))
  const room = WIDTH - INDENT.length - id - ORDER.length - textWidth(money)
  return `${ORDER}${fitted(printable(orderId), Math.min(ORDER_WIDTH, room))}${money}`
}
