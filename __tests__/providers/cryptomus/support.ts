/** Webhooks of Cryptomus. */
import type { Provider } from 'express-payment-webhooks'
import { cryptomus } from 'express-payment-webhooks/providers/cryptomus'
import { payloadOf } from '../../support/provider-suite.js'

export const KEY = 'lXfG7wQ2kZr9Vn4Tb6Yd1Hs8Mc3Pj5RaUeOiWxQyLtBn0Kv'

type Json = Record<string, unknown>

export const fixture = (name: string): Json => JSON.parse(payloadOf('cryptomus', `${name}.json`).toString()) as Json

/** A webhook with an id of its own, about the invoice of the fixtures. */
export const webhook = (status: string, rest: object = {}): Json => ({ ...fixture('payment_paid'), status, ...rest })

/** A transfer to a static address. */
export const wallet = (status: string, rest: object = {}): Json =>
  webhook(status, { type: 'wallet', uuid: 'w-1', wallet_address_uuid: 'address-1', ...rest })

export const provider = () => cryptomus({ paymentKey: KEY })

/** The exact body, signed. */
export const signed = (payload: object | string, by: Provider = provider()): Buffer => by.sign(payload).body
