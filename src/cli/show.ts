/** `show`: prints everything about one record. */
import { DISMISSED } from '../lib/dismissed.js'
import { isAhead } from '../operator/kept/is-ahead.js'
import { printable } from '../lib/printable.js'
import { findById, LOOKED_FOR } from '../operator/kept/find-by-id.js'
import { accountOf, hasCurrentError, isKept, keptUnder } from '../operator/kept/records.js'
import { withKept } from '../operator/kept/with-kept.js'
import type { EventRecord } from '../store.js'
import { paintFor, type Paint } from './color.js'
import { CommandError, EXIT, usageError, type Command } from './command.js'
import { isOfSeveralAccounts, listed } from './events.js'
import { asId } from './misplaced.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { note, printJson, printText } from './output.js'
import { noteInBody } from './note-in-body.js'
import { STATE_TONES } from './records.js'
import { fields, table, time } from './table.js'

export const show: Command = {
  summary: 'Show everything about one event or quarantined delivery.',
  usage: '<id> [options]',
  options: ['body', 'account', ...STORE_OPTIONS],
  misplaced: asId('show'),
  details: `An id may be that of an event, a payment or an order, or the key of a record. In deliveries that are kept for a replay, any
other id in the body is found too, such as that of a refund or a charge. If several records have the id, they are listed.`,

  check(ids) {
    if (ids.length !== 1) throw usageError('show takes one id: of an event, a payment or an order, or a key')
  },

  run: onStore(async ({ store, operands: ids, values: { body: withBody = false, json = false, account }, io }) => {
    const id = ids[0]!
    const found = await findById(store, id, MOST, { ...(account !== undefined && { account }) })
    const [first, ...more] = withKept(found, MOST)
    // Lists contain no bodies.
    const record = first && ((await store.getEvent(first.key)) ?? first)
    if (record === undefined) {
      throw new CommandError(EXIT.attention, `the store has nothing under ${JSON.stringify(id)} ${LOOKED_FOR}`)
    }
    if (more.length > 0) {
      const records = [record, ...more]
      if (json)
        printJson(
          io,
          records.map(({ body: _body, ...rest }) => rest),
        )
      else printText(io, listed(records, paintFor(io)))
      note(
        io,
        `${JSON.stringify(id)} is in ${records.length}${records.length === MOST ? ' records or more' : ' records'}; show one by its ${records.some((one) => isOfSeveralAccounts(one, records)) ? 'key' : 'event id or key'}`,
      )
      noteInBody(io, id, records, found)
      return EXIT.ok
    }
    const others = record.eventId === null ? [] : await keptUnder(store, record.eventId)
    const keptDeliveries = others.map(({ key }) => key).filter((key) => key !== record.key)
    const { body, ...rest } = record
    if (json) {
      printJson(io, {
        ...rest,
        bodyBytes: body?.length ?? null,
        ...(withBody && { bodyBase64: body?.toString('base64') ?? null }),
        keptDeliveries,
      })
    } else {
      const paint = paintFor(io)
      printText(io, described(record, keptDeliveries, paint))
      if (record.failedRuns.length > 0) printText(io, `\n${runs(record, paint)}`)
      if (withBody && body !== null) printText(io, `\n${readable(body)}`)
    }
    if (withBody && body === null) note(io, NO_BODY)
    return EXIT.ok
  }),
}

const NO_BODY = 'there is no body: a delivery is kept until it is handled, and no longer'

/** The `events` command lists more. */
const MOST = 20

function described(record: EventRecord, keptDeliveries: readonly string[], paint: Paint): string {
  const { state, provider, eventId, key, eventType, code, attempts, createdAt, updatedAt, lastError, body } = record
  const { orderId, paymentId, amount } = record
  const account = accountOf(record)
  return fields(
    {
      state: { value: state, tone: STATE_TONES[state] },
      ...(code === DISMISSED && { dismissed: 'by an operator: no handler has handled it' }),
      provider,
      ...(account !== null && { account }),
      event: eventId,
      key,
      ...(isKept(record) ? { code } : { type: eventType }),
      ...(orderId !== null && { order: orderId }),
      ...(paymentId !== null && { payment: paymentId }),
      ...(amount !== null && { amount }),
      attempts,
      created: createdAt,
      changed: updatedAt,
      ...(hasError(record) && { [errorName(record)]: lastError }),
      ...keptFields(record),
      ...(body !== null && { body: `${body.length} bytes; --body prints them` }),
      ...(keptDeliveries.length > 0 && { 'also kept': keptDeliveries.join(' ') }),
    },
    paint,
  )
}

const FORMS = { delivery: 'the delivery, with its exact bytes', event: 'the event, as it was confirmed' } as const

/** For an event: the form in which it is kept, and the time at which the shop runs it again by itself. */
function keptFields(record: EventRecord): Record<string, string> {
  const { state, keptAs, dueAt } = record
  if (isKept(record) || (keptAs === null && state !== 'failed')) return {}
  if (keptAs === null) return { kept: 'nothing: its sender, or the queue if the shop has one, has to deliver it again' }
  return {
    kept: FORMS[keptAs],
    ...(state === 'failed' && { due: dueText(dueAt) }),
  }
}

function dueText(dueAt: string | null): string {
  if (dueAt === null) return 'when you have it replayed, or its queue runs it again'
  return isAhead(dueAt) ? dueAt : 'now: a running shop (or a worker, if it has a queue) takes it'
}

function runs({ failedRuns }: EventRecord, paint: Paint): string {
  const rows = failedRuns.map(({ at, attempt, ending, error }) => [time(at), attempt, ending, error])
  return table(['FAILED RUNS', 'ATTEMPT', 'ENDING', 'ERROR'], rows, { paint, cutColumn: 3 })
}

/** A record without an error has no line about errors. */
function hasError(record: EventRecord): boolean {
  return record.lastError !== null || hasCurrentError(record)
}

function errorName(record: EventRecord): string {
  if (isKept(record)) return 'reason'
  return hasCurrentError(record) ? 'last error' : 'earlier error'
}

/** Text line by line if the bytes are UTF-8, otherwise base64, which loses nothing. */
function readable(body: Buffer): string {
  const text = body.toString('utf8')
  if (!Buffer.from(text).equals(body)) return `base64: ${body.toString('base64')}`
  return text.split('\n').map(printable).join('\n')
}
