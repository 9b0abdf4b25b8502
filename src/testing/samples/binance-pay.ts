/** Binance Pay's notifications about one order. All ids are invented. */
import { binancePayTestKeys } from '../test-keys.js'
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const notification = (bizType: string, bizStatus: string, data: object) => ({
  bizType,
  data: JSON.stringify({
    merchantTradeNo: 'ORDER1001A1',
    totalFee: 139.25,
    currency: 'USDT',
    transactTime: 1795766602664,
    productName: 'Blue lamp',
    tradeType: 'WEB',
    ...data,
  }),
  bizIdStr: '31740582916607384425',
  bizStatus,
})

const refundInfo = {
  refundRequestId: '40952718836614507',
  prepayId: '31740582916607384425',
  orderAmount: '139.25000000',
  refundedAmount: '29.00000000',
  refundAmount: '29.00000000',
}

export const samples = {
  'PAY.PAY_SUCCESS': notification('PAY', 'PAY_SUCCESS', { transactionId: 'M_R_640918275503618' }),
  'PAY.PAY_CLOSED': notification('PAY', 'PAY_CLOSED', {}),
  'PAY_REFUND.REFUND_SUCCESS': notification('PAY_REFUND', 'REFUND_SUCCESS', { refundInfo }),
  'PAY_REFUND.REFUND_REJECTED': notification('PAY_REFUND', 'REFUND_REJECTED', { refundInfo }),
  'PAYOUT.ACCEPTED': notification('PAYOUT', 'ACCEPTED', {}),
} as const

export const types = {
  'PAY.PAY_SUCCESS': 'payment.confirmed',
  'PAY.PAY_CLOSED': 'payment.expired',
  'PAY_REFUND.REFUND_SUCCESS': 'refund.confirmed',
  'PAY_REFUND.REFUND_REJECTED': 'refund.failed',
  'PAYOUT.ACCEPTED': 'binance-pay.PAYOUT.ACCEPTED',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['bizIdStr', 'data.transactionId', 'data.refundInfo.refundRequestId', 'data.refundInfo.prepayId'],
  orders: ['ORDER1001A1'],
}

/** Only Binance has the private key. */
export const account: SampleAccount = {
  options: {},
  secret: null,
  testKeys: 'binancePayTestKeys()',
  async load() {
    const { binancePay } = await import('../../providers/binance-pay/index.js')
    return ({ now }) => binancePay({ keys: {}, testKeys: binancePayTestKeys(), now })
  },
}
