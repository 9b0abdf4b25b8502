/** Reads an order from CoinGate, because its callbacks prove nothing. */
import { checkApiKey } from '../../crypto/api-key.js'
import { DeliveryError } from '../../errors.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { parseJson } from '../../lib/json.js'
import { withoutFields } from '../../lib/thrown.js'
import { validate } from '../../payload.js'
import { readJson } from '../../read-back/read-json.js'
import { order, type CoinGateOrder } from './payload.js'

/** Resolves to an order as CoinGate's API answers it: parsed, or as bytes or text. Must stop when `signal` aborts. */
export type CoinGateReadOrder = (id: string, context: { readonly signal: AbortSignal }) => Promise<unknown>

export type ReadOrder = (id: string, signal: AbortSignal) => Promise<CoinGateOrder>

interface Source {
  readonly apiToken?: string | undefined
  readonly mode?: 'live' | 'sandbox' | undefined
  readonly readOrder?: CoinGateReadOrder | undefined
}

/** Docs: api-authentication. */
const API = { live: 'https://api.coingate.com/v2', sandbox: 'https://api-sandbox.coingate.com/v2' }

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function orderReader(source: Source): ReadOrder {
  const { apiToken, mode = 'live', readOrder } = source
  if (!Object.hasOwn(API, mode)) invalidOption('coinGate', "mode must be 'live' or 'sandbox'")
  if (readOrder === undefined) {
    checkApiKey('coinGate: apiToken', apiToken)
    const headers = { authorization: `Token ${apiToken!}` }
    return async (id, signal) =>
      asked(await readJson(`${API[mode]}/orders/${id}`, { schema: order, headers, signal }), id)
  }
  if (apiToken !== undefined) invalidOption('coinGate', 'give apiToken or readOrder, and not both')
  if (typeof readOrder !== 'function') invalidOption('coinGate', 'readOrder must be a function')
  return async (id, signal) => asked(await answerOf(() => readOrder(id, { signal })), id)
}

async function answerOf(read: () => Promise<unknown>): Promise<CoinGateOrder> {
  try {
    const raw = await read()
    const isText = typeof raw === 'string' || raw instanceof Uint8Array
    return validate(order, isText ? parseJson(Buffer.from(raw as string)) : raw)
  } catch (thrown) {
    const what = 'readOrder() did not answer an order as CoinGate does'
    throw new DeliveryError('READ_BACK_UNAVAILABLE', what, { cause: withoutFields(thrown) })
  }
}

function asked(found: CoinGateOrder, id: string): CoinGateOrder {
  if (found.id === id) return found
  throw new DeliveryError('READ_BACK_MISMATCH', 'CoinGate answered another order than the one requested')
}
