/** Xendit's provider as the tests set it up, and its API's answers. */
import { xendit, type XenditOptions } from 'express-payment-webhooks/providers/xendit'
import { eventOf } from '../../support/deliver.js'
import { payloadOf } from '../../support/provider-suite.js'

export const TOKEN = 'xnd-callback-token-8c2f51a97b3e40d6'
export const KEY = 'xnd_production_b5f0c1d2e3a4968778695a4b3c2d1e0f'

type Json = Record<string, unknown>

export const fixture = (name: string): Json => JSON.parse(payloadOf('xendit', `${name}.json`).toString()) as Json

/** The resource of a webhook. For all webhooks except invoices it is inside an envelope. */
export const resource = (name: string): Json => {
  const payload = fixture(name)
  return (payload['data'] as Json | undefined) ?? payload
}

export const INVOICE = '/v2/invoices/6925a1c4e8b7d2f3a0c9e511'
export const CAPTURED = '/v3/payments/py-1402feb0-bb79-47ae-9d1e-e69394d3949c'
export const REQUEST = '/payment_requests/pr-3102feb0-bb79-47ae-9d1e-e69394d3949c'
export const REFUND = '/refunds/rfd-6f4a377d-a201-437f-9119-f8b00cbbe857'

/** The API: it answers each named resource with the fixture's content. */
export const API: Readonly<Record<string, Json>> = {
  [INVOICE]: resource('invoice_paid'),
  '/v2/invoices/6925a1c4e8b7d2f3a0c9e522': resource('invoice_expired'),
  [CAPTURED]: resource('payment_capture_v3'),
  '/v3/payments/py-2402feb0-bb79-47ae-9d1e-e69394d3949c': resource('payment_failure_v3'),
  [REQUEST]: {
    ...resource('payment_succeeded_v2'),
    id: 'pr-3102feb0-bb79-47ae-9d1e-e69394d3949c',
    payment_request_id: undefined,
  },
  [REFUND]: resource('refund_succeeded'),
}

/** A shop that reads other answers for these paths. */
export const reading = (answers: Readonly<Record<string, unknown>> = {}, rest: Partial<XenditOptions> = {}) =>
  xendit({ token: TOKEN, readBack: async (path) => ({ ...API, ...answers })[path] ?? null, ...rest })

export const trusting = (token: XenditOptions['token'] = TOKEN) => xendit({ token, trustBody: true })

export const become = (payload: object, provider = reading()) => eventOf(provider, JSON.stringify(payload))
