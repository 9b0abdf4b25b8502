/** Notifications of BitPay, and invoices as its API answers them. */
import { bitPay, type BitPayReadBack } from 'express-payment-webhooks/providers/bitpay'
import { payloadOf } from '../../support/provider-suite.js'

export const TOKEN = 'A7kQ2xVn9Zt4Rb6Lw1Hd8Mc3Ys5Pg0JfTuEoWiXyUaBz'
export const INVOICE = 'Rq7Vb2mXz5Lk9Hd3Wn8Tc1'

type Json = Record<string, unknown>

export const fixture = (name: string): Json => JSON.parse(payloadOf('bitpay', `${name}.json`).toString()) as Json

const { data } = fixture('invoice_confirmed') as { data: Json }

export const invoice = (rest: object = {}): Json => ({ ...data, ...rest })

/** A notification of the extended format, about the invoice of the fixtures. */
export const notification = (rest: object = {}, name = 'invoice_confirmed'): Json => ({
  event: { code: 1005, name },
  data: invoice(rest),
})

export const refund = (rest: object = {}): Json => ({
  data: { ...(fixture('refund_partial')['data'] as Json), ...rest },
})

/** The API's answer about the invoice of the fixtures. */
export const answer = (rest: object = {}, facade = 'pos/invoice'): Json => ({
  facade,
  data: { ...(fixture('api_invoice_confirmed')['data'] as Json), ...rest },
})

export const provider = () => bitPay({ token: TOKEN })

export const reading = (readBack: BitPayReadBack) => bitPay({ signed: false, readBack })
