/** All possible events about one order, per way of paying: tests pick histories from them. */
import type { WebhookEvent } from 'express-payment-webhooks'
import type { OrderPayment } from 'express-payment-webhooks/orders'
import { expiryEvent } from '../../src/orders/expiry-event.js'
import {
  capture,
  cardOrder,
  cityPayOrder,
  coinbarOrder,
  coinOrder,
  dispute,
  invoice,
  invoiceOrder,
  minute,
  payment,
  readBack,
  refund,
  transfer,
  verdict,
} from './order-events.js'

export interface Alphabet {
  readonly name: string
  readonly order: OrderPayment
  readonly events: readonly WebhookEvent[]
}

const clock = (order: OrderPayment) => [61, 60 + 24 * 60].map((at) => expiryEvent(order, new Date(minute(at))))

const invoices = [{ paymentId: 'invoice-1' }, { paymentId: 'invoice-2' }]

export const ALPHABETS: readonly Alphabet[] = [
  {
    name: 'transfers at the gateway',
    order: coinOrder({
      payments: ['addr_1', 'addr_2'].map((paymentId) => ({ provider: 'crypto-gateway', paymentId })),
    }),
    events: [
      transfer('detected', 'tx1', '40'),
      transfer('confirmed', 'tx1', '40'),
      transfer('failed', 'tx1', '40', { occurredAt: minute(15) }),
      transfer('failed', 'tx1', '40', { occurredAt: minute(30) }),
      transfer('detected', 'tx2', '60'),
      transfer('confirmed', 'tx2', '60'),
      transfer('confirmed', 'tx2', '60', { confirmations: 30 }),
      transfer('confirmed', 'tx3', '100', { occurredAt: minute(70) }),
      transfer('confirmed', 'tx3', '90', { occurredAt: minute(70) }),
      ...['addr_1', 'addr_2'].map((paymentId) => transfer('confirmed', '0xtx2', '60', { hash: '0xtx2', paymentId })),
      transfer('confirmed', 'tx4', '100', { network: 'tron' }),
      transfer('confirmed', 'tx5', '100', { currency: 'BTC' }),
      ...clock(coinOrder()),
    ],
  },
  {
    name: 'invoices of Coins.ph',
    order: invoiceOrder({ payments: invoices.map((one) => ({ provider: 'coins-ph', ...one })) }),
    events: [
      ...invoices.flatMap((rest) => [
        invoice('pending', '0', rest),
        invoice('partially_paid', '500', { ...rest, receivedAt: minute(20) }),
        invoice('partially_paid', '500', { ...rest, receivedAt: minute(10) }),
        invoice('partially_paid', '1200.5', rest),
        invoice('detected', '1500', rest),
        invoice('confirmed', '1500', { ...rest, receivedAt: minute(59) }),
        invoice('confirmed', '1500', { ...rest, receivedAt: minute(80) }),
      ]),
      ...invoices.map((rest) => invoice('confirmed', '700', rest)),
      invoice('confirmed', '1500', { paymentId: 'invoice-9' }),
      ...clock(invoiceOrder()),
    ],
  },
  {
    name: 'attempts at CoinbarPay',
    order: coinbarOrder(),
    events: [
      ...['a', 'b'].flatMap((attempt) => [
        verdict('pending', attempt, 2),
        verdict('detected', attempt, 5),
        verdict('confirmed', attempt, 10),
        verdict('confirmed', attempt, 40),
        verdict('failed', attempt, 8),
        verdict('failed', attempt, 30),
        verdict('canceled', attempt, 9),
        verdict('expired', attempt, 12),
        verdict('refunded', attempt, 35),
      ]),
      ...clock(coinbarOrder()),
    ],
  },
  {
    name: 'an order at CityPay',
    order: cityPayOrder(),
    events: [
      readBack('IN_PROGRESS', null, 1),
      readBack('IN_PROGRESS', '20', 10),
      readBack('IN_PROGRESS', '40', 70),
      readBack('UNDERPAID', '20', 10),
      readBack('PAID_UNCONFIRMED', '50', 30),
      readBack('OVERPAID', '60', 40),
      readBack('CONFIRMED', '50', 30),
      readBack('CONFIRMED', '60', 70),
      readBack('CONFIRMED', '40', 70),
      ...(['CANCELED', 'EXPIRED'] as const).flatMap((status) => [
        readBack(status, null, 61),
        readBack(status, '20', 10),
        readBack(status, '50', 30),
      ]),
      readBack('CONFIRMED', '50', 30, { paymentId: '28762' }),
      ...clock(cityPayOrder()),
    ],
  },
  {
    name: 'reservations and captures',
    order: cardOrder({ payments: ['pay_1', 'pay_2'].map((paymentId) => ({ provider: 'acme-pay', paymentId })) }),
    events: [
      ...['pay_1', 'pay_2'].flatMap((paymentId) => [
        payment('authorized', '100', 5, { paymentId }),
        payment('authorized', '60', 15, { paymentId }),
        payment('canceled', null, 10, { paymentId }),
        payment('failed', null, null, { paymentId }),
        payment('expired', null, 50, { paymentId }),
        payment('confirmed', '100', 70, { paymentId }),
        payment('confirmed', '60', 25, { paymentId }),
        payment('confirmed', '60', null, { paymentId }),
        capture('confirmed', `cap_1_${paymentId}`, '60', 20, { paymentId }),
        capture('confirmed', `cap_2_${paymentId}`, '40', 65, { paymentId }),
        capture('failed', `cap_2_${paymentId}`, '40', 80, { paymentId }),
      ]),
      ...clock(cardOrder()),
    ],
  },
  {
    name: 'refunds by id and in total',
    order: cardOrder(),
    events: [
      payment('confirmed', '100', 10),
      payment('confirmed', '120', 20),
      capture('confirmed', 'cap_1', '60', 10),
      payment('failed', null, 25),
      ...([15, 30, null] as const).flatMap((at) => [
        payment('refunded', null, at),
        refund('confirmed', null, '20', at),
        refund('confirmed', null, '100', at === null ? null : at + 3),
        refund('failed', null, '0', at === null ? null : at + 6),
        ...['re_1', 're_2'].flatMap((id) => [
          refund('pending', id, '20', at),
          refund('confirmed', id, '20', at === null ? null : at + 1),
          refund('failed', id, '20', at === null ? null : at + 5),
        ]),
      ]),
      refund('confirmed', 're_3', '100', 35, {
        refund: { id: 're_3', amount: '100', currency: 'USD', basis: 'refund' },
      }),
    ],
  },
  {
    name: 'disputes',
    order: cardOrder(),
    events: [
      payment('confirmed', '100', 10),
      payment('detected', '100', 5),
      payment('refunded', null, 35),
      refund('confirmed', 're_1', '40', 30),
      ...[40, null].flatMap((at) => [
        dispute('inquiry', 'dp_1', '100', at),
        dispute('opened', 'dp_1', '100', at, { withdrawn: false }),
        dispute('opened', 'dp_1', '100', at),
        dispute('won', 'dp_1', '100', at === null ? null : at + 5),
        dispute('lost', 'dp_1', '100', at === null ? null : at + 5),
        dispute('lost', 'dp_1', '60', at === null ? null : at + 8),
      ]),
      dispute('opened', 'dp_2', '20', 41),
      dispute('won', 'dp_2', '20', 42),
      dispute('opened', 'dp_2', '30', 43),
      dispute('lost', 'dp_3', '100', 44, { currency: 'USD' }),
      dispute('won', 'dp_3', '100', 45, { currency: 'USD' }),
      ...clock(cardOrder()),
    ],
  },
  {
    name: 'one payment by several names',
    order: cardOrder({
      payments: [
        { provider: 'acme-pay', paymentId: 'pay_1' },
        { provider: 'acme-pay', paymentId: null, reference: 'ORDER-1001-2' },
      ],
    }),
    events: [
      ...[['pay_1'], ['cs_1', 'pay_1'], ['cs_1'], ['ch_1'], ['ch_1', 'cs_1'], ['ch_2']].flatMap((paymentIds) => {
        const names = { paymentId: paymentIds[0]!, paymentIds }
        return [
          payment('confirmed', '60', 10, names),
          payment('confirmed', '40', 20, names),
          payment('pending', null, 5, { ...names, orderId: null }),
          payment('canceled', null, 15, { ...names, orderId: 'ORDER-1001-2' }),
          capture('confirmed', 'cap_1', '60', 12, { ...names, orderId: null }),
          refund('confirmed', 're_1', '20', 30, { ...names, orderId: null }),
        ]
      }),
      payment('confirmed', '100', 10, { orderId: 'ORDER-1001-2', paymentId: 'pay_9' }),
      payment('confirmed', '100', 10, { orderId: null, paymentId: null, paymentIds: [] }),
    ],
  },
  {
    name: 'an order in money that is paid in coins',
    order: cardOrder(),
    events: [
      ...['tx_1', 'tx_2'].flatMap((id) => [
        capture('detected', id, null, 8, { original: { amount: '0.001', currency: 'BTC' } }),
        capture('confirmed', id, null, 20, { original: { amount: '0.001', currency: 'BTC' } }),
        capture('detected', id, '60', 8),
        capture('confirmed', id, '60', 25),
        capture('failed', id, null, 30),
      ]),
      payment('detected', null, 9),
      payment('detected', '100', 9),
      payment('partially_paid', '60', 9),
      payment('confirmed', '60', 26),
      payment('confirmed', '100', 27),
      payment('expired', null, 61),
      payment('failed', null, 80),
      ...clock(cardOrder()),
    ],
  },
]
