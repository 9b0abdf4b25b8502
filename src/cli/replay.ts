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
  summary: 'Have the running shop run what is kept again, and wait for the result.',
  usage: '<id ...> | --all [options]',
  options: ['all', 'state', 'provider', 'account', 'code', 'since', 'wait', ...STORE_OPTIONS],
  notes: {
    state: `${REPLAYABLE.join(' or ')}, with --all (all of them)`,
    all: `all that is kept but ${CONFLICT}; waits for earlier requests as well`,
  },
  misplaced: asId('replay'),
  details: `Kept are quarantined deliveries, and the events whose handler failed. --code and --state select among both, and --since what
came since then, as it does for events.

An id is found as show finds it: of the event, of the payment or of the order, or a key. It is replayed where one record
alone has it that can be run again. Where several have it none is, and they are listed with the keys to type.

An event that is kept as ${CONFLICT} had its effect once, with other content. A replay gives the kept content its effect
as well, so it has to be asked for: by the key of the delivery, or with --all --code ${CONFLICT}.`,

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
