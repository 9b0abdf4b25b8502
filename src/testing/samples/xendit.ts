/** Webhooks of Xendit. All ids are invented. A shop reads their subjects back, unless it trusts the bodies. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const BUSINESS = '5781d19b2e2385880609791c'

const invoice = (id: string, status: string, rest: object = {}) => ({
  id,
  external_id: 'ORDER-1001',
  user_id: BUSINESS,
  status,
  merchant_name: 'Example Shop',
  amount: 50000,
  currency: 'IDR',
  description: 'Order ORDER-1001',
  created: '2026-11-25T10:20:00.004Z',
  updated: '2026-11-25T10:30:02.113Z',
  ...rest,
})

const paid = {
  paid_amount: 50000,
  paid_at: '2026-11-25T10:30:00.000Z',
  payment_method: 'BANK_TRANSFER',
  bank_code: 'BCA',
}

const event = (name: string, data: object, rest: object = {}) => ({
  event: name,
  business_id: BUSINESS,
  created: '2026-11-25T10:30:01.000Z',
  ...rest,
  data: {
    country: 'PH',
    currency: 'PHP',
    failure_code: null,
    metadata: null,
    updated: '2026-11-25T10:30:00Z',
    ...data,
  },
})

const v3 = (name: string, payment_id: string, status: string, rest: object = {}) =>
  event(
    name,
    {
      payment_id,
      payment_request_id: 'pr-1102feb0-bb79-47ae-9d1e-e69394d3949c',
      reference_id: 'ORDER-1001',
      request_amount: 1499.9,
      status,
      captures: [],
      ...rest,
    },
    { api_version: 'v3' },
  )

const v2 = (name: string, request: string, status: string, rest: object = {}) =>
  event(name, {
    id: 'ewc_1402feb0-bb79-47ae-9d1e-e69394d3949c',
    payment_request_id: request,
    reference_id: 'ORDER-1001',
    amount: 500,
    status,
    ...rest,
  })

const refund = (name: string, id: string, status: string) =>
  event(name, {
    id,
    payment_id: 'py-1402feb0-bb79-47ae-9d1e-e69394d3949c',
    payment_request_id: 'pr-1102feb0-bb79-47ae-9d1e-e69394d3949c',
    invoice_id: null,
    amount: 500,
    status,
    reason: 'REQUESTED_BY_CUSTOMER',
    reference_id: 'REFUND-1001-1',
  })

const captures = [
  {
    capture_id: 'cptr-1502feb0-bb79-47ae-9d1e-e69394d3949c',
    capture_timestamp: '2026-11-25T10:30:00Z',
    capture_amount: 1499.9,
  },
]

export const samples = {
  'invoice PAID': invoice('6925a1c4e8b7d2f3a0c9e511', 'PAID', paid),
  'invoice SETTLED': invoice('6925a1c4e8b7d2f3a0c9e512', 'SETTLED', paid),
  'invoice EXPIRED': invoice('6925a1c4e8b7d2f3a0c9e522', 'EXPIRED'),
  'payment.capture': v3('payment.capture', 'py-1402feb0-bb79-47ae-9d1e-e69394d3949c', 'SUCCEEDED', { captures }),
  'payment.authorization': v3('payment.authorization', 'py-1403feb0-bb79-47ae-9d1e-e69394d3949c', 'AUTHORIZED'),
  'payment.failure': v3('payment.failure', 'py-2402feb0-bb79-47ae-9d1e-e69394d3949c', 'FAILED', {
    failure_code: 'INSUFFICIENT_BALANCE',
  }),
  'payment.expiry': v3('payment.expiry', 'py-2403feb0-bb79-47ae-9d1e-e69394d3949c', 'EXPIRED'),
  'payment_request.expiry': event(
    'payment_request.expiry',
    {
      payment_request_id: 'pr-2102feb0-bb79-47ae-9d1e-e69394d3949c',
      reference_id: 'ORDER-1001',
      request_amount: 1499.9,
      status: 'EXPIRED',
    },
    { api_version: 'v3' },
  ),
  'payment.succeeded': v2('payment.succeeded', 'pr-3102feb0-bb79-47ae-9d1e-e69394d3949c', 'SUCCEEDED'),
  'payment.pending': v2('payment.pending', 'pr-3103feb0-bb79-47ae-9d1e-e69394d3949c', 'PENDING'),
  'payment.awaiting_capture': v2(
    'payment.awaiting_capture',
    'pr-3104feb0-bb79-47ae-9d1e-e69394d3949c',
    'AWAITING_CAPTURE',
  ),
  'payment.failed': v2('payment.failed', 'pr-3105feb0-bb79-47ae-9d1e-e69394d3949c', 'FAILED'),
  'payment.failed (voided)': v2('payment.failed', 'pr-3106feb0-bb79-47ae-9d1e-e69394d3949c', 'VOIDED'),
  'refund.succeeded': refund('refund.succeeded', 'rfd-6f4a377d-a201-437f-9119-f8b00cbbe857', 'SUCCEEDED'),
  'refund.succeeded (pending)': refund('refund.succeeded', 'rfd-6f4a377d-a201-437f-9119-f8b00cbbe858', 'PENDING'),
  'refund.failed': refund('refund.failed', 'rfd-6f4a377d-a201-437f-9119-f8b00cbbe859', 'FAILED'),
  'payment_token.activation': event('payment_token.activation', {
    payment_token_id: 'pt-7102feb0-bb79-47ae-9d1e-e69394d3949c',
    status: 'ACTIVE',
  }),
} as const

export const types = {
  'invoice PAID': 'payment.confirmed',
  'invoice SETTLED': 'payment.confirmed',
  'invoice EXPIRED': 'payment.expired',
  'payment.capture': 'payment.confirmed',
  'payment.authorization': 'payment.authorized',
  'payment.failure': 'payment.failed',
  'payment.expiry': 'payment.expired',
  'payment_request.expiry': 'payment.expired',
  'payment.succeeded': 'payment.confirmed',
  'payment.pending': 'payment.pending',
  'payment.awaiting_capture': 'payment.authorized',
  'payment.failed': 'payment.failed',
  'payment.failed (voided)': 'payment.canceled',
  'refund.succeeded': 'refund.confirmed',
  'refund.succeeded (pending)': 'refund.pending',
  'refund.failed': 'refund.failed',
  'payment_token.activation': 'xendit.payment_token.activation',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: [
    'id',
    'data.id',
    'data.payment_id',
    'data.payment_request_id',
    'data.payment_token_id',
    'data.captures.0.capture_id',
  ],
}

/** Only the token proves a webhook, so sending one does not need the key with which a shop reads back. */
export const account: SampleAccount = {
  options: { token: 'XENDIT_TOKEN' },
  secret: 'token',
  readBack: {
    asks: "Xendit's API, unless it has trustBody",
    unknown: 'what Xendit does not know is kept as PAYLOAD_INVALID, or refused with 400',
    instead: 'a readBack',
  },
  async load() {
    const { xendit } = await import('../../providers/xendit/index.js')
    return ({ options: { token } }) => xendit({ token, trustBody: true })
  },
}
