/** Events of Square about one payment, and the options that made the vectors. */
import { square, type SquareOptions } from 'express-payment-webhooks/providers/square'
import { payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'

export interface SquareVector extends Vector {
  readonly keys?: readonly string[]
  readonly urls?: readonly string[]
  readonly signature_key?: string
  readonly notification_url?: string
}

export const { square: vectors } = vectorsOf<{
  square: { signature_key: string; notification_url: string; cases: SquareVector[]; published: SquareVector[] }
}>('square')

export const shop = (rest: Partial<SquareOptions> = {}) =>
  square({ signatureKey: vectors.signature_key, url: vectors.notification_url, ...rest })

type Json = Record<string, unknown>

export const fixture = (name: string): Json => JSON.parse(payloadOf('square', `${name}.json`).toString()) as Json

export const PAYMENT = 'hYy9pRFVxpDsO1FB05SunFWUe9JZY'

const event = (type: string, object: Json, rest: Json) => ({
  merchant_id: '6SSW7HV8K2ST5',
  type,
  event_id: 'E-1',
  created_at: '2026-11-25T10:30:00Z',
  data: { type: Object.keys(object)[0], object },
  ...rest,
})

export const payment = (status: string, fields: Json = {}, rest: Json = {}) =>
  event(
    'payment.updated',
    {
      payment: {
        id: PAYMENT,
        status,
        total_money: { amount: 4990, currency: 'USD' },
        reference_id: 'A-1',
        order_id: 'O-1',
        updated_at: '2026-11-25T10:29:59.123456789Z',
        ...fields,
      },
    },
    rest,
  )

export const refund = (status: string, fields: Json = {}, rest: Json = {}) =>
  event(
    'refund.updated',
    {
      refund: {
        id: 'R-1',
        status,
        amount_money: { amount: 1500, currency: 'USD' },
        payment_id: PAYMENT,
        order_id: 'O-2',
        reason: 'returned',
        ...fields,
      },
    },
    rest,
  )

export const dispute = (state: string, type = 'dispute.state.updated') =>
  event(
    type,
    {
      dispute: {
        id: 'D-1',
        state,
        amount_money: { amount: 4990, currency: 'USD' },
        disputed_payment: { payment_id: PAYMENT },
        reason: 'NO_KNOWLEDGE',
        due_at: '2026-12-24T00:00:00Z',
      },
    },
    {},
  )
