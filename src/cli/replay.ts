/** `replay`: has quarantined deliveries run again by the running shop, and tells what became of them. */
import { setTimeout } from 'node:timers/promises'
import type { EventRecord, EventState } from '../store.js'
import { EXIT, usageError, wholeNumber, type Command, type Values } from './command.js'
import type { OperatorStore } from './connect.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { note, printJson, printText } from './output.js'
import { progress } from './progress.js'
import { isKept, keptUnder, select, stateOption } from './records.js'
import { fields, table } from './table.js'

const REPLAYABLE: readonly EventState[] = ['quarantined', 'replay_requested']
const POLL_MS = 500

/** Its replay is a second effect of one event, which nobody should ask for along with others. */
const CONFLICT = 'ID_CONFLICT'

type Delivery = Pick<EventRecord, 'key' | 'provider' | 'eventId' | 'code'>
type Returned = Delivery & { readonly reason: string | null }
interface Unknown {
  readonly id: string
  readonly reason: string
}

export const replay: Command = {
  summary: 'Have quarantined deliveries run again by the running shop, and wait for the result.',
  usage: '<event id or key ...> | --all [options]',
  options: ['all', 'state', 'provider', 'code', 'wait', ...STORE_OPTIONS],
  notes: {
    state: `${REPLAYABLE.join(' or ')}, with --all (both)`,
    all: `everything quarantined but ${CONFLICT}; waits for what was requested before as well`,
  },
  details: `An event kept as ${CONFLICT} has had its effect once, with other content; a replay lets the kept content have
its own as well. So it is replayed by its key alone, or with --all --code ${CONFLICT}.`,

  check(ids, values) {
    const { all = false, provider, code, state } = values
    if (all && ids.length > 0) throw usageError('replay takes ids or --all, not both')
    if (!all && ids.length === 0) throw usageError('replay takes ids, or --all')
    if (!all && [provider, code, state].some((value) => value !== undefined))
      throw usageError('--state, --provider and --code select among --all')
    stateOption(values, REPLAYABLE)
    waitOption(values)
  },

  run: onStore(async ({ store, operands: ids, values }) => {
    const { deliveries, underWay, unknown, leftOut } =
      values.all === true ? await selected(store, values) : await named(store, ids)
    for (const { id, reason } of unknown) note(`${id}: ${reason}`)
    if (leftOut.length > 0) note(`left out, as ${CONFLICT}: ${leftOut.length}; ${DECIDE}`)
    const bar = progress()
    const requested: Delivery[] = [...underWay]
    for (const delivery of deliveries) {
      if (await store.replay(delivery.key)) requested.push(delivery)
      else unknown.push({ id: delivery.key, reason: GONE })
      if (deliveries.length > 1) bar.update(requested.length, deliveries.length + underWay.length, 'requested')
    }
    bar.end()
    const waitMs = waitOption(values) * 1000
    const result = await settled(store, requested, waitMs)
    if (values.json === true) printJson({ ...result, unknown, leftOut })
    else summarise(result, waitMs)
    const isFine = unknown.length + result.returned.length === 0 && (waitMs === 0 || result.waiting.length === 0)
    return isFine ? EXIT.ok : EXIT.attention
  }),
}

const GONE = 'is not quarantined any more'
const DECIDE = `such an event has had its effect once; replay it by its key, or all with --code ${CONFLICT}`

function waitOption({ wait = '30' }: Values): number {
  return wholeNumber('wait', wait, 0, 86_400)
}

/** What is still to be requested, and what was requested before: that was chosen then, and is only waited for. */
async function selected(store: OperatorStore, values: Values) {
  const { provider, code } = values
  const state = stateOption(values, REPLAYABLE)
  // Requested ones first: a delivery that a shop puts back into quarantine between the two is then not missed.
  const underWay = new Map<string, Delivery>()
  if (state !== 'quarantined') {
    const selection = { state: 'replay_requested', provider, code } as const
    for await (const record of select(store, selection)) underWay.set(record.key, deliveryOf(record))
  }
  const deliveries: Delivery[] = []
  const leftOut: Delivery[] = []
  if (state !== 'replay_requested') {
    for await (const record of select(store, { state: 'quarantined', provider, code })) {
      underWay.delete(record.key)
      const isUndecided = record.code === CONFLICT && code !== CONFLICT
      ;(isUndecided ? leftOut : deliveries).push(deliveryOf(record))
    }
  }
  return { deliveries, underWay: [...underWay.values()], unknown: [] as Unknown[], leftOut }
}

async function named(store: OperatorStore, ids: readonly string[]) {
  const deliveries = new Map<string, Delivery>()
  const unknown: Unknown[] = []
  for (const id of new Set(ids)) {
    const found = await keptFor(store, id)
    const [only] = found
    if (found.length === 1 && (only!.code !== CONFLICT || only!.key === id))
      deliveries.set(only!.key, deliveryOf(only!))
    else if (found.length === 1) unknown.push({ id, reason: `is kept as ${CONFLICT}; ${DECIDE}: ${only!.key}` })
    else if (found.length === 0) unknown.push({ id, reason: 'no quarantined delivery under this id' })
    else {
      const keys = found.map(({ key, code }) => `${key} (${code})`).join(', ')
      unknown.push({ id, reason: `several deliveries are quarantined under this id; name one by its key: ${keys}` })
    }
  }
  return { deliveries: [...deliveries.values()], underWay: [] as Delivery[], unknown, leftOut: [] as Delivery[] }
}

/** An id may be a key, or an event's: then the event's own record, if any, stands before what was quarantined. */
async function keptFor(store: OperatorStore, id: string): Promise<EventRecord[]> {
  const record = await store.getEvent(id)
  if (record === null) return []
  return record.key === id && isKept(record) ? [record] : keptUnder(store, id)
}

function deliveryOf({ key, provider, eventId, code }: EventRecord): Delivery {
  return { key, provider, eventId, code }
}

interface Result {
  readonly replayed: readonly Delivery[]
  /** Back in quarantine. */
  readonly returned: readonly Returned[]
  readonly waiting: readonly Delivery[]
}

/** A replay that had its effect is forgotten by the shop; any other is quarantined again, with the reason. */
async function settled(store: OperatorStore, requested: readonly Delivery[], waitMs: number): Promise<Result> {
  const replayed: Delivery[] = []
  const returned: Returned[] = []
  let waiting = requested
  const bar = progress()
  const giveUpAt = performance.now() + waitMs
  while (waitMs > 0 && waiting.length > 0 && performance.now() < giveUpAt) {
    await setTimeout(POLL_MS)
    const still = await keysIn(store, 'replay_requested')
    const left = waiting.filter(({ key }) => !still.has(key))
    waiting = waiting.filter(({ key }) => still.has(key))
    const back = left.length === 0 ? new Map<string, EventRecord>() : await keysIn(store, 'quarantined')
    for (const delivery of left) {
      const record = back.get(delivery.key)
      if (record === undefined) replayed.push(delivery)
      else returned.push({ ...delivery, code: record.code, reason: record.lastError })
    }
    const done = replayed.length + returned.length
    bar.update(done, requested.length, `taken up: ${replayed.length} replayed, ${returned.length} back in quarantine`)
  }
  bar.end()
  return { replayed, returned, waiting }
}

async function keysIn(store: OperatorStore, state: EventState): Promise<Map<string, EventRecord>> {
  const records = new Map<string, EventRecord>()
  for await (const record of select(store, { state })) records.set(record.key, record)
  return records
}

function summarise({ replayed, returned, waiting }: Result, waitMs: number): void {
  if (replayed.length + returned.length + waiting.length === 0) return printText('nothing to replay')
  const counts = { replayed: replayed.length, 'back in quarantine': returned.length }
  printText(fields({ ...counts, [waitMs === 0 ? 'requested' : 'still waiting']: waiting.length }))
  if (returned.length > 0) {
    const rows = returned.map(({ key, eventId, code, reason }) => [eventId ?? key, code, reason])
    printText(`\n${table(['BACK IN QUARANTINE', 'CODE', 'REASON'], rows)}`)
  }
  if (waiting.length > 0 && waitMs > 0) {
    const providers = [...new Set(waiting.map(({ provider }) => provider))].join(', ')
    note(`still waiting after ${waitMs / 1000} s: is a shop running that has ${providers} mounted on this store?`)
  }
}
