/** Step 5: of all deliveries of one event, in this process and elsewhere, exactly one goes on to the handler. */
import { hash, randomUUID } from 'node:crypto'
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import { isPromise } from '../is-promise.js'
import type { Outcome } from '../outcome.js'
import type { Provider } from '../provider.js'
import type { InFlight, Receiver } from '../receiver.js'
import type { ClaimRequest, ClaimResult } from '../store.js'
import type { ConfirmedEvent } from './to-event.js'
import { claim, giveBack } from './claim.js'
import { refuseWhenClosing, shuttingDown } from './shut-down.js'
import { prepare } from './store-calls.js'

/** How long a delivery waits for another process to finish the same event, and how often it looks. */
const BUSY_WAIT_MS = 2000
const BUSY_POLL_MS = 100

/** Deliveries being worked on in one router, beyond which further ones are asked to come back. */
const MAX_IN_FLIGHT = 1000

/** An event that this delivery alone may handle. */
export interface ClaimedEvent {
  readonly event: ConfirmedEvent
  readonly request: ClaimRequest
  readonly attempt: number
  /** How often its handler has said RetryLater before. */
  readonly deferrals: number
  readonly tx: unknown
  /** Where the store notices by itself that the claim is lost. */
  readonly onLost: ((listener: () => void) => void) | undefined
  /** Undefined where another content of the event was there first. */
  readonly entry: InFlight | undefined
}

/**
 * @param isConflict claims the content beside the other one that is known under the event's id
 * @throws DeliveryError `ID_CONFLICT`, `BUSY`, `SHUTTING_DOWN`, `STORE_UNAVAILABLE`
 */
export function deduplicate(
  receiver: Receiver,
  event: ConfirmedEvent,
  isConflict: boolean,
  handle: (claimed: ClaimedEvent) => Promise<Outcome>,
): Promise<Outcome> {
  const request = claimRequest(receiver, event, isConflict)
  const { key, contentHash } = request
  const { inFlight } = receiver
  const leader = inFlight.get(key)
  if (leader?.outcome !== undefined && leader.contentHash === contentHash) return follow(leader.outcome, event)
  if (inFlight.size >= MAX_IN_FLIGHT) throw new DeliveryError('BUSY', `${MAX_IN_FLIGHT} deliveries are being worked on`)
  // Other content under the same id is a conflict for the store to find; it must not replace the leader.
  if (leader !== undefined) return claimAndHandle(receiver, event, request, handle)
  const entry: InFlight = { contentHash, outcome: undefined }
  inFlight.set(key, entry)
  entry.outcome = claimAndHandle(receiver, event, request, handle, entry)
  return entry.outcome
}

async function claimAndHandle(
  receiver: Receiver,
  event: ConfirmedEvent,
  request: ClaimRequest,
  handle: (claimed: ClaimedEvent) => Promise<Outcome>,
  entry?: InFlight,
): Promise<Outcome> {
  const { store } = receiver.options
  try {
    const preparing = prepare(store)
    if (preparing !== undefined) {
      await preparing
      refuseWhenClosing(receiver)
    }
    const claiming = claim(store, request)
    let result = isPromise(claiming) ? await claiming : claiming
    if (result.state === 'busy') result = await claimWhenFree(receiver, request)
    if (result.state === 'done') return { kind: 'duplicate', event }
    if (result.state !== 'claimed') throw refusal(result.state, event)
    if (receiver.closing.signal.aborted) {
      await giveBack(store, request, 'claimed at shutdown', 'unused')
      throw shuttingDown()
    }
    const { attempt, deferrals, tx, onLost } = result
    return await handle({ event, request, attempt, deferrals, tx, onLost, entry })
  } finally {
    forget(receiver, request.key, entry)
  }
}

/** Lets the next delivery of the event try its own luck, unless another one is at it already. */
export function forget({ inFlight }: Receiver, key: string, entry: InFlight | undefined): void {
  if (entry !== undefined && inFlight.get(key) === entry) inFlight.delete(key)
}

function refusal(state: 'conflict' | 'busy', { id }: WebhookEvent): DeliveryError {
  return state === 'busy'
    ? new DeliveryError('BUSY', `another process is handling ${id}`)
    : new DeliveryError('ID_CONFLICT', `the event ${id} is known with other content; it was not handled a second time`)
}

/** Claims again and again while somebody else holds the event: they may finish, or fail and let us try. */
async function claimWhenFree(receiver: Receiver, request: ClaimRequest): Promise<ClaimResult<unknown>> {
  const giveUpAt = performance.now() + BUSY_WAIT_MS
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, BUSY_POLL_MS * (0.5 + Math.random())))
    refuseWhenClosing(receiver)
    const result = await claim(receiver.options.store, request)
    if (result.state !== 'busy' || performance.now() >= giveUpAt) return result
  }
}

/** The same event at the same moment in the same process: one handler run, one outcome for all. */
async function follow(leader: Promise<Outcome>, event: WebhookEvent): Promise<Outcome> {
  const outcome = await leader
  const accepted = outcome.kind === 'handled' || outcome.kind === 'unhandled' || outcome.kind === 'duplicate'
  return accepted ? { kind: 'duplicate', event } : outcome
}

const PROCESS = randomUUID()
let claims = 0

/** Unlike any other, here and elsewhere. Nobody gains from guessing one, so it need not be random each time. */
function nextToken(): string {
  return `${PROCESS}:${++claims}`
}

function claimRequest({ provider, options }: Receiver, event: ConfirmedEvent, isConflict: boolean): ClaimRequest {
  const key = storeKey(provider, event.id)
  const content = contentHash(event)
  return {
    key: isConflict ? conflictKey(key, content) : key,
    token: nextToken(),
    contentHash: content,
    leaseMs: options.leaseMs,
    retainMs: options.retainMs,
    eventId: event.id,
    eventType: event.type,
    provider: provider.name,
  }
}

/** A digest, because ids may be of any length and any characters, and databases are not. */
function storeKey({ name, account }: Provider, eventId: string): string {
  // Neither a name nor an id has line breaks, so no other three texts make this one.
  return hash('sha256', `${name}\n${account}\n${eventId}`, 'base64url')
}

/**
 * A conflict can never be claimed under its event's id: that is taken by the other content. A key of its own lets an
 * operator decide for it, once, however often it came and however its body was worded.
 */
function conflictKey(key: string, content: string): string {
  return hash('sha256', `replay\n${key}\n${content}`, 'base64url')
}

/**
 * What two deliveries of one event must agree on. Confirmations, texts and times may differ between
 * honest re-deliveries; who pays what for which order may not.
 */
function contentHash({ type, orderId, paymentId, transaction, expected, received }: WebhookEvent): string {
  const content = [
    type,
    orderId,
    paymentId,
    transaction?.id,
    transaction?.hash,
    expected?.amount,
    expected?.currency,
    received?.amount,
    received?.currency,
  ]
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22)
}
