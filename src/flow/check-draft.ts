/**
 * Checks the result of a provider's `toEvent` at run time: a mistake in it would lose payments or count them twice.
 * Harmless variants are made canonical. Anything else is refused, and the error names the field.
 */
import { hash } from 'node:crypto'
import type { EventDispute, EventDraft, EventRefund, EventTransaction, Received, UnrecognisedDraft } from '../event.js'
import type { Money } from '../money.js'
import { readCount, readCurrency, readDecimal, readIdentifier, readInstant } from '../lib/read-value.js'
import type { Provider } from '../provider.js'
import { invalidAnswer } from './check-answer.js'

/** @throws DeliveryError `EVENT_INVALID`, with the name of the field and never its value */
export function checkedDraft(provider: Provider, draft: EventDraft): EventDraft {
  return naming(provider, () => {
    if (!provider.types.includes(draft.type)) throw new FieldFault('type', 'one of the types that the provider lists')
    return {
      type: draft.type,
      identity: identity(draft.identity),
      orderId: id('orderId', draft.orderId),
      paymentId: id('paymentId', draft.paymentId),
      paymentIds: draft.paymentIds === undefined ? [] : ids('paymentIds', draft.paymentIds),
      transaction: optional('transaction', draft.transaction, transaction),
      expected: optional('expected', draft.expected, money),
      received: optional('received', draft.received, received),
      original: optional('original', draft.original, money),
      refund: optional('refund', draft.refund, refund),
      dispute: optional('dispute', draft.dispute, dispute),
      reason: text(draft.reason),
      occurredAt: time('occurredAt', draft.occurredAt),
      native: draft.native,
    }
  })
}

/**
 * Returns the checked name and identity of an unrecognised event.
 *
 * @throws DeliveryError `EVENT_INVALID`
 */
export function checkedName(
  provider: Provider,
  draft: UnrecognisedDraft,
): { readonly unrecognised: string; readonly identity: readonly string[] } {
  return naming(provider, () => {
    const {
      unrecognised,
      native,
      identity: known = [hash('sha256', JSON.stringify(native) ?? '', 'base64url')],
    } = draft
    if (typeof unrecognised !== 'string' || unrecognised === '') throw new FieldFault('unrecognised', 'a name')
    return { unrecognised, identity: identity(known) }
  })
}

function naming<T>(provider: Provider, check: () => T): T {
  try {
    return check()
  } catch (fault) {
    if (!(fault instanceof FieldFault)) throw fault
    const { field, wanted } = fault
    throw invalidAnswer(provider, `an event whose ${field} is not ${wanted}`)
  }
}

class FieldFault extends Error {
  readonly field: string
  readonly wanted: string

  constructor(field: string, wanted: string) {
    super(field)
    this.field = field
    this.wanted = wanted
  }
}

function optional<T>(
  field: string,
  value: T | null | undefined,
  check: (field: string, value: NonNullable<T>) => T,
): T | null {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object') throw new FieldFault(field, 'an object or null')
  return check(field, value)
}

/** Single empty parts are allowed. If all parts were empty, all events of the provider would have the same id. */
function identity(parts: unknown): readonly string[] {
  if (!Array.isArray(parts)) throw new FieldFault('identity', 'a list of strings')
  const read = parts.map((part: unknown) => {
    if (typeof part !== 'string' && !Number.isSafeInteger(part)) throw new FieldFault('identity', 'a list of strings')
    return String(part)
  })
  if (read.every((part) => part === '')) throw new FieldFault('identity', 'a list with a non-empty string')
  return read
}

/** An empty string counts as null: providers send it for a field that was never set. */
function id(field: string, value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  const read = readIdentifier(value)
  if (read === undefined) throw new FieldFault(field, 'an id or null')
  return read
}

function requiredId(field: string, value: unknown): string {
  const read = id(field, value)
  if (read === null) throw new FieldFault(field, 'an id')
  return read
}

function ids(field: string, values: unknown): readonly string[] {
  if (!Array.isArray(values)) throw new FieldFault(field, 'a list of ids')
  return values.map((value) => id(field, value)).filter((read) => read !== null)
}

function time(field: string, value: unknown): string | null {
  if (value === null || value === undefined) return null
  const read = readInstant(value)
  if (read === null) throw new FieldFault(field, 'a time in ISO 8601, or in seconds or milliseconds since 1970')
  return read
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function money(field: string, { amount, currency }: Money): Money {
  const exact = readDecimal(amount)
  if (exact === undefined) throw new FieldFault(`${field}.amount`, 'an exact decimal without a sign, such as "100.50"')
  const code = readCurrency(currency)
  if (code === undefined) throw new FieldFault(`${field}.currency`, 'a currency or coin code')
  return { amount: exact, currency: code }
}

function received(field: string, value: Received): Received {
  const basis = basisOf(field, value.basis, RECEIVED)
  return { ...money(field, value), basis, ...asOf(field, value) }
}

function refund(field: string, value: EventRefund): EventRefund {
  const basis = basisOf(field, value.basis, REFUNDED)
  return { ...money(field, value), id: id(`${field}.id`, value.id), basis, ...asOf(field, value) }
}

function dispute(field: string, value: EventDispute): EventDispute {
  const { withdrawn } = value
  if (typeof withdrawn !== 'boolean') throw new FieldFault(`${field}.withdrawn`, 'true or false')
  return {
    ...money(field, value),
    id: requiredId(`${field}.id`, value.id),
    withdrawn,
    reason: text(value.reason),
    respondBy: time(`${field}.respondBy`, value.respondBy),
  }
}

function transaction(field: string, value: EventTransaction): EventTransaction {
  const seenAt = value.seenAt == null ? null : time(`${field}.seenAt`, value.seenAt)
  const read: { -readonly [Field in keyof EventTransaction]: EventTransaction[Field] } = {
    id: requiredId(`${field}.id`, value.id),
    hash: id(`${field}.hash`, value.hash),
    network: id(`${field}.network`, value.network),
    confirmations: readCount(value.confirmations),
  }
  if (seenAt !== null) read.seenAt = seenAt
  return read
}

function asOf(field: string, value: { readonly asOf?: string | undefined }): { readonly asOf?: string } {
  const read = time(`${field}.asOf`, value.asOf)
  return read === null ? {} : { asOf: read }
}

const RECEIVED = ['total', 'transaction'] as const
const REFUNDED = ['total', 'refund'] as const

function basisOf<T extends string>(field: string, value: T, values: readonly T[]): T {
  if (values.includes(value)) return value
  throw new FieldFault(`${field}.basis`, values.map((one) => JSON.stringify(one)).join(' or '))
}
