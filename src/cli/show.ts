/** `show`: everything about one record. */
import type { EventRecord } from '../store.js'
import { CommandError, EXIT, usageError, type Command } from './command.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { printJson, printText } from './output.js'
import { isKept, keptUnder } from './records.js'
import { fields } from './table.js'
import { printable } from '../lib/printable.js'

export const show: Command = {
  summary: 'Show everything about one event or quarantined delivery.',
  usage: '<event id or key> [options]',
  options: ['body', ...STORE_OPTIONS],

  check(ids) {
    if (ids.length !== 1) throw usageError('show takes one event id or key')
  },

  run: onStore(async ({ store, operands: ids, values: { body: withBody = false, json = false } }) => {
    const id = ids[0]!
    const record = await store.getEvent(id)
    if (record === null) throw new CommandError(EXIT.attention, `the store knows nothing under ${JSON.stringify(id)}`)
    const others = record.eventId === null ? [] : await keptUnder(store, record.eventId)
    const keptDeliveries = others.map(({ key }) => key).filter((key) => key !== record.key)
    const { body, ...rest } = record
    if (json) {
      printJson({
        ...rest,
        bodyBytes: body?.length ?? null,
        ...(withBody && { bodyBase64: body?.toString('base64') ?? null }),
        keptDeliveries,
      })
    } else {
      printText(described(record, keptDeliveries))
      if (withBody && body !== null) printText(`\n${readable(body)}`)
    }
    return EXIT.ok
  }),
}

function described(record: EventRecord, keptDeliveries: readonly string[]): string {
  const { state, provider, eventId, key, eventType, code, attempts, createdAt, updatedAt, lastError, body } = record
  return fields({
    state,
    provider,
    event: eventId,
    key,
    ...(isKept(record) ? { code } : { type: eventType }),
    attempts,
    created: createdAt,
    changed: updatedAt,
    [isKept(record) ? 'reason' : 'last error']: lastError,
    ...(body !== null && { body: `${body.length} bytes; --body prints them` }),
    ...(keptDeliveries.length > 0 && { 'also kept': keptDeliveries.join(' ') }),
  })
}

/** As text where it is text, line by line; otherwise in base64, which loses nothing. */
function readable(body: Buffer): string {
  const text = body.toString('utf8')
  if (!Buffer.from(text).equals(body)) return `base64: ${body.toString('base64')}`
  return text.split('\n').map(printable).join('\n')
}
