/** Notifications of NOWPayments. */
import { nowPayments } from 'express-payment-webhooks/providers/nowpayments'
import { payloadOf } from '../../support/provider-suite.js'

export const SECRET = 'qWb7Tz2/Xn5Rk9Vd4Lm1Hs8Yc3Gf6Jp0'

type Json = Record<string, unknown>

export const fixture = (name: string): Json => JSON.parse(payloadOf('nowpayments', `${name}.json`).toString()) as Json

/** A notification with an id of its own, about the payment of the fixtures. */
export const payment = (payment_status: string, rest: object = {}): Json => ({
  ...fixture('payment_finished'),
  payment_status,
  ...rest,
})

export const provider = () => nowPayments({ ipnSecret: SECRET })
