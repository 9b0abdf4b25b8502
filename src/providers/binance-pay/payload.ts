/** Binance Pay's notifications: the fields that decide something. All other fields stay as they came. */
import { z } from 'zod'
import { parseJson } from '../../lib/json.js'
import {
  currencyCode,
  decimal,
  emptyAsNull,
  identifier,
  instant,
  optionalIdentifier,
  shownIdentifier,
} from '../../payload.js'

const refundInfo = z.looseObject({ refundRequestId: identifier, refundAmount: decimal, payerOpenId: shownIdentifier })

const instructions = z.array(z.looseObject({ currency: currencyCode, amount: decimal }))

/** The order in a notification. Amounts are numbers with as many decimals as their coin has. */
export const order = z.looseObject({
  merchantTradeNo: optionalIdentifier,
  totalFee: decimal,
  currency: currencyCode,
  transactionId: shownIdentifier,
  transactTime: instant,
  refundInfo: z.preprocess(emptyAsNull, refundInfo.nullish()),
  paymentInfo: z.preprocess(
    emptyAsNull,
    z.looseObject({ paymentInstructions: instructions.nullish().catch(null) }).nullish(),
  ),
})

/** A JSON text inside a string; some products send an object. */
const data = z.transform((value, context): unknown => {
  if (typeof value !== 'string') return value
  try {
    return parseJson(Buffer.from(value, 'utf8'))
  } catch {
    context.issues.push({ code: 'custom', message: 'not JSON', input: value })
    return z.NEVER
  }
})

export const notification = z.looseObject({
  bizType: z.string().min(1).max(100),
  bizStatus: z.string().min(1).max(100),
  /** Up to 20 digits, which no JavaScript number holds exactly: kept as written. */
  bizId: optionalIdentifier,
  bizIdStr: optionalIdentifier,
  data,
})

/** A notification as it came, with its data parsed. */
export type BinancePayNotification = z.output<typeof notification>
