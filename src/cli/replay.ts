/** `replay`: has the running shop run quarantined deliveries and failed events again, and prints the results. */
import { CONFLICT, HOW_TO_DECIDE, selected, type Chosen, type Delivery, type Unknown } from '../operator/kept/choose.js'
import { byId } from '../operator/kept/choose-by-id.js'
import { accountOf } from '../operator/kept/records.js'
import { results } from '../operator/kept/results.js'
import type { EventState } from '../store.js'
import { EXIT, usageError, wholeNumber, type Command, type Values } from './command.js'
import { asId } from './misplaced.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { note, printJson } from './output.js'
import { progress } from './progress.js'
import { sinceOption } from './since.js'
import { selection, stateOption } from './records.js'
import { withoutUrls } from './redact.js'
import { whyNotRun } from './replay/why-not-run.js'
import { printResult } from './replay/print-result.js'
import { printUnknown } from './replay/print-unknown.js'

const REPLAYABLE: readonly EventState[] = ['quarantined', 'failed', 'replay_requested']

const POLL_MS = 500

export const replay: Command = {
  summary: 'Have the running shop handle kept events and deliveries again, and wait for the result.',
  usage: '<id ...> | --all [options]',
  options: ['all', 'state', 'provider', 'account', 'code', 'since', 'wait', ...STORE_OPTIONS],
  notes: {
    state: `with --all, only those in this state: ${REPLAYABLE.join(', ')}`,
    all: `everything kept, except ${CONFLICT}; also waits for earlier requests`,
  },
  misplaced: asId('replay'),
  details: `The store keeps quarantined deliveries, and events whose handler failed. With --all, the options --state, --code, --provider and
--since select some of them.

An id may be any that \`show\` accepts. If exactly one record with it can be replayed, it is. If several can, none is replayed,
and they are listed with their keys.

A delivery that is kept as ${CONFLICT} has the id of an event that was handled with other content. A replay handles the
kept content as well, so it needs the key of the delivery, or --all --code ${CONFLICT}.`,

  check(ids, values) {
    const { all = false, provider, code, since } = values
    const state = stateOption(values, REPLAYABLE)
    if (all && ids.length > 0) throw usageError('replay takes ids or --all, not both')
    if (!all && ids.length === 0) throw usageError('replay takes ids, or --all')
    if (!all && [provider, code, state, since].some((value) => value !== undefined))
      throw usageError('--state, --provider, --code and --since select among --all')
    sinceOption(values)
    waitOption(values)
  },

  run: onStore(async ({ store, operands: ids, values, io }) => {
    const wanted = selection(values, stateOption(values, REPLAYABLE))
    const chosen = values.all === true ? await selected(store, wanted) : await byId(store, ids, wanted)
    const { deliveries, underWay, leftOut, meant } = chosen
    const unknown: Unknown[] = [...chosen.unknown]
    if (leftOut.length > 0) note(io, `left out, as ${CONFLICT}: ${leftOut.length}; ${HOW_TO_DECIDE}`)
    for (const one of meant) note(io, withoutUrls(whereFound(one)))
    const bar = progress(io)
    const requested: Delivery[] = [...underWay]
    for (const delivery of deliveries) {
      if (await store.replay(delivery.key)) requested.push(delivery)
      else unknown.push(await whyNotRun(store, delivery))
      if (deliveries.length > 1) bar.update(requested.length, deliveries.length + underWay.length, 'requested')
    }
    bar.end()
    for (const one of unknown) printUnknown(io, one)
    const waitMs = waitOption(values) * 1000
    const waited = progress(io)
    const result = await results(store, requested, {
      waitMs,
      pollMs: POLL_MS,
      clock: io.clock,
      onProgress({ replayed, returned, dismissed }) {
        const said = `taken up: ${replayed.length} replayed, ${returned.length} failed`
        waited.update(replayed.length + returned.length + dismissed.length, requested.length, said)
      },
    })
    waited.end()
    const isMissing = unknown.some(({ isHandled = false }) => !isHandled)
    if (values.json === true) printJson(io, { ...result, unknown, leftOut })
    else if (requested.length > 0 || !isMissing) printResult(io, result, waitMs)
    const notRun = result.returned.length + result.dismissed.length
    const isFine = !isMissing && notRun === 0 && (waitMs === 0 || result.waiting.length === 0)
    return isFine ? EXIT.ok : EXIT.attention
  }),
}

/** Adds the account, because another account's event may have the same id. */
function whereFound({ id, delivery }: Chosen['meant'][number]): string {
  const { eventId, key } = delivery
  const account = accountOf(delivery)
  const whose = account === null ? '' : `, of the account ${account}`
  return `${id}: found in ${eventId ?? key}${whose}`
}

function waitOption({ wait = '30' }: Values): number {
  return wholeNumber('wait', wait, 0, 86_400)
}
