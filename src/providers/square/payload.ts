/** Square's events: the fields that decide something. All other fields stay in `native` as they came. */
import { z } from 'zod'
import { freeText, identifier, instant, optionalIdentifier } from '../../payload.js'

const money = z.object({
  amount: z.int().nonnegative(),
  currency: z
    .string()
    .regex(/^[a-z]{3}$/i)
    .transform((code) => code.toUpperCase()),
})

const optionalMoney = money.nullish().transform((value) => value ?? null)

const shared = { id: identifier, updated_at: instant }

export const payment = z.looseObject({
  ...shared,
  status: z.string(),
  total_money: money,
  approved_money: optionalMoney,
  reference_id: optionalIdentifier,
  order_id: optionalIdentifier,
  card_details: z
    .looseObject({ errors: z.array(z.looseObject({ code: freeText, detail: freeText })).nullish() })
    .nullish()
    .transform((value) => value?.errors?.[0] ?? null),
})

export const refund = z.looseObject({
  ...shared,
  status: z.string(),
  amount_money: money,
  payment_id: optionalIdentifier,
  reason: freeText,
})

export const dispute = z.looseObject({
  ...shared,
  state: z.string(),
  amount_money: money,
  disputed_payment: z.looseObject({ payment_id: optionalIdentifier }).nullish(),
  reason: freeText,
  due_at: instant,
})

/** One event. `object` is missing in tests of the address. */
export const body = z.looseObject({
  event_id: identifier,
  type: z.string().min(1).max(100),
  merchant_id: optionalIdentifier,
  created_at: instant,
  data: z.looseObject({ object: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})

export type SquareMoney = z.output<typeof money>

/** An event of Square as it came, with the fields that every event has. */
export type SquareEvent = z.output<typeof body>
