/** Reads a CityPay order back. Nothing else about the order can be trusted. */
import { z } from 'zod'
import { DeliveryError } from '../../errors.js'
import { parseJson } from '../../lib/json.js'
import { readBounded } from '../../lib/read-bounded.js'
import { sumDecimals } from '../../money.js'
import { currencyCode, decimal, identifier, validate } from '../../payload.js'
import { transactions, type CityPayTransaction } from './transactions.js'

/** Resolves to CityPay's raw reply for an order token. Must stop when `signal` aborts. */
export type ReadBack = (token: string, context: { readonly signal: AbortSignal }) => Promise<unknown>

const PUBLIC_API = 'https://v2-order-api.citypay.io'

/** Larger than any order, and small enough for memory. */
const MAX_ANSWER_BYTES = 512 * 1024

/**
 * CityPay's public order read, `GET <baseUrl>/order/<token>`, which needs no login.
 *
 * @param baseUrl Default: the live API; `https://test-v2-order-api.citypay.io` for tests.
 * @example
 * ```ts
 * import { cityPay, cityPayReadBack } from 'express-payment-webhooks'
 *
 * const provider = cityPay({ orderToken, readBack: cityPayReadBack('https://test-v2-order-api.citypay.io') })
 * ```
 */
export function cityPayReadBack(baseUrl: string = PUBLIC_API): ReadBack {
  const root = baseUrl.replace(/\/+$/, '')
  return async (token, { signal }) => {
    const answer = await fetch(`${root}/order/${encodeURIComponent(token)}`, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal,
    })
    if (answer.status !== 200) throw new Error(`the order read answered with status ${answer.status}`)
    const bytes = await readBounded(answer, MAX_ANSWER_BYTES)
    if (bytes === null) throw new Error('the order read answered with more than an order')
    return bytes
  }
}

const statusText = z
  .string()
  .max(100)
  .refine((text) => text.trim() !== '')

const order = z.object({
  id: identifier,
  token: identifier,
  amountFiat: decimal,
  currency: z.union([
    currencyCode,
    z.object({ abbreviation: currencyCode }).transform(({ abbreviation }) => abbreviation),
  ]),
  coin: z.unknown().optional(),
  coinBaseName: z.unknown().optional(),
  status: z.union([statusText, z.object({ code: statusText }).transform(({ code }) => code)]),
  transactions,
})

/** One page of the documents wraps the order in `data`, another in `message`. The other field may hold anything. */
const answer = z
  .object({ data: z.unknown().optional(), message: z.unknown().optional() })
  .transform(({ data, message }) => (hasToken(message) ? message : data))
  .pipe(order)

function hasToken(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'token' in value
}

/** A CityPay order as read back from CityPay. */
export interface CityPayOrder {
  readonly id: string
  readonly status: string
  /** The price, in `currency`. */
  readonly amount: string
  readonly currency: string
  readonly coin: string | null
  /** The sum of `transactions` in `currency`; null if there are none. */
  readonly received: string | null
  /** Each transaction once, oldest first. */
  readonly transactions: readonly CityPayTransaction[]
}

/**
 * Reads an order back with the shop's own token.
 *
 * @throws DeliveryError `READ_BACK_UNAVAILABLE`, `READ_BACK_MISMATCH`
 */
export async function readOrder(readBack: ReadBack, token: string, signal: AbortSignal): Promise<CityPayOrder> {
  const found = await askFor(readBack, token, signal)
  if (found.token !== token) {
    throw new DeliveryError('READ_BACK_MISMATCH', 'CityPay answered another order than the one requested')
  }
  return {
    id: found.id,
    status: found.status,
    amount: found.amountFiat,
    currency: found.currency,
    coin: [found.coinBaseName, found.coin].find((name): name is string => typeof name === 'string') ?? null,
    received: found.transactions.length === 0 ? null : sumDecimals(found.transactions.map(({ amount }) => amount)),
    transactions: found.transactions,
  }
}

async function askFor(readBack: ReadBack, token: string, signal: AbortSignal): Promise<z.output<typeof order>> {
  try {
    return readAnswer(await readBack(token, { signal }))
  } catch (cause) {
    throw new DeliveryError(
      'READ_BACK_UNAVAILABLE',
      'the order could not be read back from CityPay; nothing was recorded, and a repeated callback is read again',
      { cause: withoutToken(cause, token) },
    )
  }
}

/** For the operator's log. Any field of the error may quote the requested address, and with it the token. */
function withoutToken(failure: unknown, token: string, depth = 0): Error {
  if (!(failure instanceof Error)) return new Error('the thrown value is not an Error')
  const hidden = (text = '') => text.replaceAll(token, '[token]').replaceAll(encodeURIComponent(token), '[token]')
  const { name, message, stack, cause } = failure
  const further = cause === undefined || depth > 3 ? undefined : { cause: withoutToken(cause, token, depth + 1) }
  return Object.assign(new Error(hidden(message), further), { name, stack: hidden(stack) })
}

function readAnswer(raw: unknown): z.output<typeof order> {
  if (typeof raw === 'string' || raw instanceof Uint8Array)
    return validate(answer, parseJson(Buffer.from(raw as string)))
  return validate(answer, raw)
}

/** Two documents spell the statuses differently: `In-progress` and `IN_PROGRESS`, `Paid/Unconfirmed` and `PAID_UNCONFIRMED`. */
export function statusCode(status: string): string {
  const code = status
    .trim()
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
  return code === 'CANCELLED' ? 'CANCELED' : code
}
