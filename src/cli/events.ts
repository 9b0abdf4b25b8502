/** `events`: lists the records of a store, newest first. */
import { printable } from '../lib/printable.js'
import { hasCurrentError, select } from '../operator/kept/records.js'
import type { EventRecord } from '../store.js'
import { paintFor, type Paint } from './color.js'
import { EXIT, usageError, wholeNumber, type Command } from './command.js'
import { oneOf } from './one-of.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { printJson, printText } from './output.js'
import { selection, STATE_TONES, stateOption } from './records.js'
import { sinceOption } from './since.js'
import { idWithin, tableLines, time, WIDTH, type Row } from './table.js'
import { fitted } from './text-width.js'

const HEAD = ['STATE', 'PROVIDER', 'TYPE OR CODE', 'ATTEMPTS', 'CREATED']
const TYPE_COLUMN = 2

/** In a list of failed events alone: beside a longer state it would have no room. */
const DUE_HEAD = 'DUE'

/** Behind the id of a record that names one. */
const ORDER = '  order '
const ORDER_WIDTH = 36

/** The second line of each record, and the third where it has an error. */
const INDENT = '  '
const SECOND_HEAD = `${INDENT}EVENT OR KEY`

const PROVIDER_WIDTH = 24

export const events: Command = {
  summary: 'List the events and quarantined deliveries of a store, newest first.',
  usage: '[options]',
  options: ['order', 'payment', 'state', 'provider', 'since', 'limit', ...STORE_OPTIONS],
  notes: { order: 'only about this order' },

  check(ids, values) {
    if (ids.length > 0) throw usageError('events takes no ids; show does')
    stateOption(values)
    oneOf('order', values, 'events')
    oneOf('payment', values, 'events')
    sinceOption(values)
    limitOption(values.limit)
  },

  run: onStore(async ({ store, values, io }) => {
    const { json } = values
    const found: EventRecord[] = []
    const state = stateOption(values)
    const [orderId, paymentId] = [oneOf('order', values, 'events'), oneOf('payment', values, 'events')]
    const since = sinceOption(values)
    const wanted = {
      ...selection(values, state),
      ...(orderId !== undefined && { orderId }),
      ...(paymentId !== undefined && { paymentId }),
      ...(since !== undefined && { since }),
    }
    for await (const record of select(store, wanted, limitOption(values.limit))) found.push(record)
    if (json === true)
      printJson(
        io,
        found.map(({ body: _body, ...record }) => record),
      )
    else printText(io, found.length === 0 ? 'nothing found' : listed(found, paintFor(io), state === 'failed'))
    return EXIT.ok
  }),
}

function limitOption(limit = '20'): number {
  return wholeNumber('limit', limit, 1, 100_000)
}

/** A line and an id for each. */
export function listed(records: readonly EventRecord[], paint: Paint, withDue = false): string {
  const dueCell = ({ dueAt }: EventRecord) => (dueAt === null ? null : time(dueAt))
  const titles = withDue ? [...HEAD, DUE_HEAD] : HEAD
  const rows = records.map((record) => (withDue ? [...row(record), dueCell(record)] : row(record)))
  const [head, ...lines] = tableLines(titles, rows, { paint, cutColumn: TYPE_COLUMN })
  const blocks = records.map((record, at) => [lines[at], ...details(record, paint)])
  return [head, paint('heading', SECOND_HEAD), ...blocks.flat()].join('\n')
}

function row({ state, provider, eventType, code, attempts, createdAt }: EventRecord): Row {
  const type = code ?? eventType
  return [{ value: state, tone: STATE_TONES[state] }, fitted(provider, PROVIDER_WIDTH), type, attempts, time(createdAt)]
}

function details(record: EventRecord, paint: Paint): string[] {
  const { lastError, orderId } = record
  const order = orderId === null ? '' : `${ORDER}${fitted(printable(orderId), ORDER_WIDTH)}`
  const lines = [INDENT + idWithin(WIDTH - INDENT.length - order.length, record) + order]
  if (lastError !== null && lastError !== '' && hasCurrentError(record))
    lines.push(paint('minor', INDENT + fitted(printable(lastError), WIDTH - INDENT.length)))
  return lines
}
