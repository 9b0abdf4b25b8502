/** `events`: what the store remembers, newest first. */
import type { EventRecord } from '../store.js'
import { EXIT, usageError, wholeNumber, type Command } from './command.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { printJson, printText } from './output.js'
import { select, stateOption } from './records.js'
import { shortened, table, time } from './table.js'

const HEAD = ['STATE', 'PROVIDER', 'EVENT OR KEY', 'TYPE OR CODE', 'ATTEMPTS', 'CREATED', 'LAST ERROR']
const ERROR_LENGTH = 60

/** Longer ids are left to --json; the key finds the record as well. */
const ID_LENGTH = 90

export const events: Command = {
  summary: 'List what the store remembers, newest first.',
  usage: '[options]',
  options: ['state', 'provider', 'limit', ...STORE_OPTIONS],

  check(ids, values) {
    if (ids.length > 0) throw usageError('events takes no ids; show does')
    stateOption(values)
    limitOption(values.limit)
  },

  run: onStore(async ({ store, values }) => {
    const { provider, json } = values
    const found: EventRecord[] = []
    const selection = { state: stateOption(values), provider }
    for await (const record of select(store, selection, limitOption(values.limit))) found.push(record)
    if (json === true) printJson(found.map(({ body: _body, ...record }) => record))
    else printText(found.length === 0 ? 'nothing found' : table(HEAD, found.map(row)))
    return EXIT.ok
  }),
}

function limitOption(limit = '20'): number {
  return wholeNumber('limit', limit, 1, 100_000)
}

function row({ state, provider, eventId, key, eventType, code, attempts, createdAt, lastError }: EventRecord) {
  const id = eventId !== null && eventId.length <= ID_LENGTH ? eventId : key
  return [state, provider, id, code ?? eventType, attempts, time(createdAt), shortened(lastError, ERROR_LENGTH)]
}
