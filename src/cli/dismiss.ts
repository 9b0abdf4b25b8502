/** `dismiss`: takes a record off the operator's list without running it. */
import { printable } from '../lib/printable.js'
import { dismissRecord } from '../operator/kept/dismiss.js'
import { isKept } from '../operator/kept/records.js'
import type { EventRecord } from '../store.js'
import { canAsk, isConfirmed } from './ask.js'
import { paintFor } from './color.js'
import { EXIT, usageError, type Command } from './command.js'
import { choose } from './dismiss/choose.js'
import { listed } from './events.js'
import { asId, quoted } from './misplaced.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { note, printJson, printText } from './output.js'

export const dismiss: Command = {
  summary: 'Take a failed event or a quarantined delivery off the list, without running it.',
  usage: '<id> [options]',
  options: ['yes', 'account', ...STORE_OPTIONS],
  misplaced: asId('dismiss'),
  details: `Use it for an event that nobody can ever handle: its order was deleted, or a test sent it. A failed event is marked as done
without running a handler, and a later delivery of it is acknowledged and ignored. A quarantined delivery is deleted. Neither
can be undone.

An id may be any that \`show\` accepts. If several records have it, nothing is changed, and the commands to choose one are printed.
On a terminal, it asks before it changes anything; otherwise it needs --yes.`,

  check(ids) {
    if (ids.length !== 1) throw usageError('dismiss takes one id: of an event, a payment or an order, or a key')
  },

  run: onStore(async ({ store, operands: ids, values: { yes = false, json = false, account }, io }) => {
    const id = ids[0]!
    const chosen = await choose(store, id, { ...(account !== undefined && { account }) })
    const answer = (dismissed: EventRecord | null, reason: string | null, choices: readonly EventRecord[] = []) => {
      if (!json) return
      printJson(io, { dismissed: shown(dismissed), reason, choices: choices.map(shown) })
    }
    if ('choices' in chosen) {
      const reason = 'nothing was changed: name the one that you mean by its key'
      if (json) answer(null, reason, chosen.choices)
      else printText(io, listed(chosen.choices, paintFor(io)))
      const lines = chosen.choices.map(({ key }) => `  npx express-payment-webhooks dismiss ${quoted(key)}`)
      note(io, [`${id}: ${reason}`, ...lines].join('\n'))
      return EXIT.attention
    }
    if ('reason' in chosen) {
      answer(null, chosen.reason)
      note(io, `${id}: ${chosen.reason}`)
      return chosen.isDone ? EXIT.ok : EXIT.attention
    }
    const { record } = chosen
    note(io, named(record))
    if (!yes) {
      if (!canAsk(io)) throw usageError(`nothing was changed. ${followsFrom(record)} If that is right, add --yes`)
      if (!(await isConfirmed(io, `${followsFrom(record)} Dismiss it?`))) {
        answer(null, 'not confirmed')
        note(io, 'nothing was changed')
        return EXIT.attention
      }
    }
    if (!(await dismissRecord(store, record))) {
      const reason = 'cannot be dismissed any more: it was handled, is being handled, was dismissed, or has expired'
      answer(null, reason)
      note(io, `${id}: ${reason}`)
      return EXIT.attention
    }
    if (json) answer(record, null)
    else printText(io, `dismissed: ${printable(record.eventId ?? record.key)}`)
    return EXIT.ok
  }),
}

/** The event, its order and its amount, since the decision is about money. */
function named({ key, state, provider, account, eventId, eventType, code, orderId, paymentId, amount }: EventRecord) {
  const parts = [
    `${state}: ${eventId ?? key}`,
    `${code ?? eventType ?? 'not readable'} of ${provider}`,
    ...(account === null || account === '' ? [] : [`account ${account}`]),
    orderId === null ? 'it names no order' : `order ${orderId}`,
    ...(paymentId === null ? [] : [`payment ${paymentId}`]),
    ...(amount === null ? [] : [amount]),
  ]
  return parts.join(', ')
}

function followsFrom(record: EventRecord): string {
  return isKept(record)
    ? 'The delivery is deleted, and may be the only record of a payment.'
    : 'The event will never be handled: a later delivery of it is acknowledged and ignored.'
}

function shown(record: EventRecord | null): object | null {
  if (record === null) return null
  const { body: _body, headers: _headers, ...rest } = record
  return rest
}
