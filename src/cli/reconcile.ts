/** `reconcile`: has the running shop ask a provider for events that never arrived, and prints the result. */
import { nearest } from '../lib/did-you-mean.js'
import {
  isReconciled,
  MAX_WAITING,
  placeRequest,
  readAnswer,
  waitingRequests,
  type ReconcileAnswer,
} from '../reconcile/requests.js'
import { SAMPLE_PROVIDERS } from '../testing/sample.js'
import { EXIT, usageError, wholeNumber, type Command, type Invocation, type Values } from './command.js'
import { paintFor } from './color.js'
import { onStore, STORE_OPTIONS } from './on-store.js'
import { note, printJson, printText } from './output.js'
import { progress } from './progress.js'
import { sinceOption } from './since.js'
import type { OperatorStore } from './store/operator-store.js'
import { fields } from './table.js'

const POLL_MS = 500

/** The number of newest records from which the names of providers are read. */
const NEWEST = 500

export const reconcile: Command = {
  summary: 'Have the running shop ask a provider for events that never arrived, and wait for the result.',
  usage: '<provider> [options]',
  options: ['since', 'account', 'adopt', 'wait', ...STORE_OPTIONS],
  notes: {
    since: 'the start: a time in ISO 8601, or 30s, 90m, 24h or 7d ago (default: the end of the last run)',
    wait: 'how long to wait for the shop (300); 0 does not wait',
  },
  misplaced: { provider: (name) => `reconcile ${name}` },
  details: `The shop does the work, with the lister of its reconcileEvery(), so this command needs no credentials of the provider. The shop
answers a request within seconds.`,

  check(operands, values) {
    if (operands.length !== 1) throw usageError('reconcile takes the name of one provider, such as stripe')
    sinceOption(values)
    waitOption(values)
  },

  run: onStore(
    async ({ store, operands, values, io }) => {
      const account = accountOf(operands, values)
      await refuseSlip(store, account)
      const since = sinceOption(values)?.toISOString() ?? null
      const id = await placeRequest(store, account, { since, adopt: values.adopt === true })
      if (id === null) {
        if (values.json === true) printJson(io, null)
        note(io, `${MAX_WAITING} requests wait already: ${doesShop(account.name)} Nothing more was requested.`)
        return EXIT.attention
      }
      const waitMs = waitOption(values) * 1000
      const answer = await answered(store, { account, id, waitMs, io })
      if (values.json === true) printJson(io, answer)
      else if (answer !== null) print(io, answer, waitMs)
      else if (waitMs === 0) printText(io, 'requested')
      else note(io, await whyNot(store, { account, id, waitMs, io }))
      const isFine = answer === null ? waitMs === 0 : answer.state === 'done' && answer.failed === 0
      return isFine ? EXIT.ok : EXIT.attention
    },
    // An empty store is right if a shop reconciles on it: a new shop reconciles before its first event.
    ({ store, operands, values }) => isReconciled(store, accountOf(operands, values)),
  ),
}

/**
 * A shop that starts later may answer the request, so an unknown name is accepted. A name that is nearly a known one is a typing
 * error, unless a shop has used it.
 */
async function refuseSlip(store: OperatorStore, account: Waiting['account']): Promise<void> {
  const { name } = account
  const received = (await store.listEvents({ limit: NEWEST })).map(({ provider }) => provider)
  const known = [...new Set([...received, ...SAMPLE_PROVIDERS])]
  const near = known.includes(name) ? undefined : nearest(name, known)
  if (near === undefined || (await store.listEvents({ provider: name, limit: 1 })).length > 0) return
  if (await isReconciled(store, account)) return
  throw usageError(
    `no shop has received or reconciled anything of ${JSON.stringify(name)} on this store. Did you mean ${JSON.stringify(near)}?`,
  )
}

interface Waiting {
  readonly account: { readonly name: string; readonly account: string }
  readonly id: string
  readonly waitMs: number
  readonly io: Invocation['io']
}

/** The shop's last answer; null if it has not started. */
async function answered(store: OperatorStore, { account, id, waitMs, io }: Waiting): Promise<ReconcileAnswer | null> {
  const { clock } = io
  const bar = progress(io)
  const giveUpAt = clock.now() + waitMs
  let last: ReconcileAnswer | null = null
  while (clock.now() < giveUpAt && (last === null || last.state === 'running')) {
    await clock.sleep(POLL_MS)
    const found = await readAnswer(store, account, id)
    if (found === null) continue
    last = found
    const { listed, known, recovered, failed } = found
    bar.update(listed, listed, `listed: ${known} known, ${recovered} recovered, ${failed} failed`)
  }
  bar.end()
  return last
}

function accountOf([name]: readonly string[], { account = '' }: Values) {
  return { name: name!, account }
}

const doesShop = (provider: string) => `does a running shop reconcile ${provider} on this store, with reconcileEvery()?`

/** Requests are answered one after the other. */
async function whyNot(store: OperatorStore, { account, id, waitMs }: Waiting): Promise<string> {
  const first = (await waitingRequests(store, account))[0]?.id ?? id
  const isBusy = first !== id && (await readAnswer(store, account, first)) !== null
  const why = isBusy ? 'the shop is answering an earlier request.' : doesShop(account.name)
  return `not taken up after ${waitMs / 1000} s: ${why} The request stays.`
}

function print(io: Invocation['io'], answer: ReconcileAnswer, waitMs: number): void {
  const { state, error, listed, known, recovered, failed } = answer
  const bad = failed === 0 ? failed : { value: failed, tone: 'bad' as const }
  if (state !== 'refused' || listed > 0) printText(io, fields({ listed, known, recovered, failed: bad }, paintFor(io)))
  if (state === 'running') note(io, `still running after ${waitMs / 1000} s`)
  // The shop's message names its option; the operator has a flag instead.
  if (error !== null) note(io, `${error.code}: ${error.message.replace('adopt: true', '--adopt')}`)
  if (failed > 0)
    note(io, 'failures are kept if possible: see `events --state failed` and `events --state quarantined`')
}

function waitOption({ wait = '300' }: Values): number {
  return wholeNumber('wait', wait, 0, 86_400)
}
