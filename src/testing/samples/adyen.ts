/** Adyen's standard webhooks for the merchant account `ExampleShopECOM`. They are signed when they are sent. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const body = (item: object) => ({
  live: 'false',
  notificationItems: [
    {
      NotificationRequestItem: {
        additionalData: {},
        amount: { currency: 'EUR', value: 4990 },
        eventDate: '2026-11-25T11:30:04+01:00',
        merchantAccountCode: 'ExampleShopECOM',
        merchantReference: 'ORDER-1001',
        paymentMethod: 'visa',
        reason: '',
        success: 'true',
        ...item,
      },
    },
  ],
})

const PAYMENT = 'KHQC5N7G84BLNK43'

const payment = (rest: object = {}) =>
  body({
    additionalData: { cardSummary: '1111', expiryDate: '03/2030' },
    eventCode: 'AUTHORISATION',
    operations: ['CANCEL', 'CAPTURE', 'REFUND'],
    pspReference: PAYMENT,
    reason: '031122:1111:03/2030',
    ...rest,
  })

const modification = (eventCode: string, pspReference: string, rest: object = {}) =>
  body({ eventCode, originalReference: PAYMENT, pspReference, ...rest })

const refund = (eventCode: string, rest: object = {}) =>
  modification(eventCode, 'WNS7WQ756L2GWR82', { amount: { currency: 'EUR', value: 1500 }, ...rest })

const dispute = (eventCode: string) =>
  modification(eventCode, 'NC6HT9CRT65ZGN82', {
    additionalData: { chargebackReasonCode: '10.4' },
    reason: 'Other Fraud-Card Absent Environment',
  })

export const samples = {
  AUTHORISATION: payment(),
  'AUTHORISATION (refused)': payment({ pspReference: 'BQ99XS4C2V8N9B63', reason: 'Refused', success: 'false' }),
  'AUTHORISATION (test button)': payment({ pspReference: 'test_AUTHORISATION_1' }),
  CAPTURE: modification('CAPTURE', 'QD7KSPTX6CJ8HV65'),
  CAPTURE_FAILED: modification('CAPTURE_FAILED', 'QD7KSPTX6CJ8HV65', { reason: 'Capture Failed' }),
  CANCELLATION: modification('CANCELLATION', 'TH8JV3SDQ9C7BN82'),
  TECHNICAL_CANCEL: modification('TECHNICAL_CANCEL', 'RX5PLM8JT2KQW964'),
  CANCEL_OR_REFUND: modification('CANCEL_OR_REFUND', 'ZF2CK9MVX7D4PQ35', {
    additionalData: { 'modification.action': 'refund' },
  }),
  OFFER_CLOSED: payment({ eventCode: 'OFFER_CLOSED', pspReference: 'LG8BNT6W5XR2MC47', reason: '' }),
  REFUND: refund('REFUND'),
  'REFUND (refused)': refund('REFUND', { reason: 'Insufficient balance on payment', success: 'false' }),
  REFUND_FAILED: refund('REFUND_FAILED', { reason: 'Refund failed' }),
  REFUNDED_REVERSED: refund('REFUNDED_REVERSED'),
  REQUEST_FOR_INFORMATION: dispute('REQUEST_FOR_INFORMATION'),
  NOTIFICATION_OF_CHARGEBACK: dispute('NOTIFICATION_OF_CHARGEBACK'),
  CHARGEBACK: dispute('CHARGEBACK'),
  CHARGEBACK_REVERSED: dispute('CHARGEBACK_REVERSED'),
  SECOND_CHARGEBACK: dispute('SECOND_CHARGEBACK'),
  PREARBITRATION_WON: dispute('PREARBITRATION_WON'),
  PREARBITRATION_LOST: dispute('PREARBITRATION_LOST'),
  PENDING: payment({ eventCode: 'PENDING', reason: '' }),
  EXPIRE: modification('EXPIRE', 'JX4DM7KNT9B2QW86'),
  ORDER_CLOSED: payment({ eventCode: 'ORDER_CLOSED', pspReference: 'VP3LQ8RC6HZ5TX29', reason: '' }),
  REPORT_AVAILABLE: body({
    amount: { currency: 'EUR', value: 0 },
    eventCode: 'REPORT_AVAILABLE',
    merchantReference: '',
    pspReference: 'settlement_detail_report_batch_7.csv',
    reason:
      'https://ca-test.adyen.com/reports/download/MerchantAccount/ExampleShopECOM/settlement_detail_report_batch_7.csv',
  }),
} as const

/** The types with `capture: 'automatic'`. */
export const types = {
  AUTHORISATION: 'payment.confirmed',
  'AUTHORISATION (refused)': 'payment.failed',
  'AUTHORISATION (test button)': 'adyen.test.AUTHORISATION',
  CAPTURE: 'adyen.CAPTURE',
  CAPTURE_FAILED: 'payment.failed',
  CANCELLATION: 'payment.canceled',
  TECHNICAL_CANCEL: 'payment.canceled',
  CANCEL_OR_REFUND: 'refund.confirmed',
  OFFER_CLOSED: 'payment.expired',
  REFUND: 'refund.confirmed',
  'REFUND (refused)': 'refund.failed',
  REFUND_FAILED: 'refund.failed',
  REFUNDED_REVERSED: 'refund.failed',
  REQUEST_FOR_INFORMATION: 'dispute.inquiry',
  NOTIFICATION_OF_CHARGEBACK: 'dispute.opened',
  CHARGEBACK: 'dispute.opened',
  CHARGEBACK_REVERSED: 'dispute.won',
  SECOND_CHARGEBACK: 'dispute.lost',
  PREARBITRATION_WON: 'dispute.won',
  PREARBITRATION_LOST: 'dispute.lost',
  PENDING: 'adyen.PENDING',
  EXPIRE: 'adyen.EXPIRE',
  ORDER_CLOSED: 'adyen.ORDER_CLOSED',
  REPORT_AVAILABLE: 'adyen.REPORT_AVAILABLE',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: [
    'notificationItems.0.NotificationRequestItem.pspReference',
    'notificationItems.0.NotificationRequestItem.originalReference',
  ],
}

export const account: SampleAccount = {
  options: { hmacKey: 'ADYEN_HMAC_KEY', merchantAccount: 'ADYEN_MERCHANT_ACCOUNT' },
  optional: { 'basicAuth.username': 'ADYEN_WEBHOOK_USER', 'basicAuth.password': 'ADYEN_WEBHOOK_PASSWORD' },
  secret: 'hmacKey',
  secondSecret: 'basicAuth.password',
  async load() {
    const { adyen } = await import('../../providers/adyen/index.js')
    return ({ options }) => {
      const { hmacKey, merchantAccount, 'basicAuth.username': username, 'basicAuth.password': password } = options
      const hasLogin = username !== undefined || password !== undefined
      const basicAuth = { username, password }
      return adyen({ hmacKey, merchantAccount, capture: 'automatic', ...(hasLogin && { basicAuth }) })
    }
  },
  own(payload, { merchantAccount }) {
    const { notificationItems, ...rest } = payload as ReturnType<typeof body>
    const items = notificationItems.map(({ NotificationRequestItem: item }) => ({
      NotificationRequestItem: { ...item, merchantAccountCode: merchantAccount },
    }))
    return { ...rest, notificationItems: items }
  },
  examined: 'AUTHORISATION',
}
