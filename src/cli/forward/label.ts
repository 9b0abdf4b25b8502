/**
 * The subject of a listed callback, as the provider reads it. It is printed, and it identifies a callback that is listed again.
 */
import { hash } from 'node:crypto'
import type { EventDraft, KnownEvent, PaymentState, UnconfirmedDraft } from '../../event.js'
import type { Listed } from '../../lister.js'
import type { Interpretation } from '../../provider.js'
import type { OpenSource } from './source.js'

export interface Label {
  /** Identical for one event, however often it is listed. */
  readonly mark: string
  /** Null if the callback cannot be read: the shop will then report the reason. */
  readonly type: string | null
  readonly paymentId: string | null
  readonly orderId: string | null
  readonly occurredAt: string | null
}

/** The time limit for reading a payment back, in milliseconds. */
const READ_MS = 10_000

/** A mark of the content alone, found without reading the payment back. */
export function markOf({ body, state }: Listed): string {
  return digestOf([body, state?.state ?? null])
}

/**
 * @param mustRead true if the body does not contain what is new
 * @throws any error of reading the payment back, if it must be read
 */
export async function labelOf(
  name: string,
  { provider }: OpenSource,
  listed: Listed,
  mustRead: boolean,
): Promise<Label> {
  const { body } = provider.format.write(listed.body)
  const unread = { mark: markOf(listed), type: null, paymentId: null, orderId: null, occurredAt: null }
  let found: Interpretation
  try {
    const headers = listed.headers ?? {}
    found = await provider.interpret(provider.format.parse(body, { headers }), { headers })
  } catch {
    return unread
  }
  try {
    return labelled(name, 'confirm' in found ? await confirmed(found, listed.state, provider) : found, unread)
  } catch (thrown) {
    if (mustRead) throw thrown
    return unread
  }
}

async function confirmed({ confirm }: UnconfirmedDraft, given: PaymentState | undefined, owner: object) {
  if (confirm.known !== null) return confirm.known
  const { state, readAt } = given ?? (await confirm.read(owner, READ_MS))
  return confirm.toEvent(state, { readAt })
}

function labelled(name: string, draft: Exclude<Interpretation, UnconfirmedDraft> | KnownEvent, unread: Label): Label {
  if ('ignored' in draft) return { ...unread, type: `(${draft.ignored})` }
  if ('unrecognised' in draft) {
    const { unrecognised, identity } = draft
    const mark = identity === undefined ? unread.mark : digestOf([unrecognised, ...identity])
    return { ...unread, mark, type: `${name}.${unrecognised}` }
  }
  const { type, identity, paymentId = null, orderId = null } = draft
  const { occurredAt = null } = draft as Partial<EventDraft>
  return { mark: digestOf(identity), type, paymentId, orderId, occurredAt }
}

function digestOf(parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
