/** Everything that can be told about one order, per way of paying: tests pick histories from it. */
import type { WebhookEvent } from 'express-payment-webhooks'
import type { OrderPayment } from 'express-payment-webhooks/orders'
import { expiryEvent } from '../../src/orders/expiry-event.js'
import {
  cityPayOrder,
  coinbarOrder,
  coinOrder,
  invoice,
  invoiceOrder,
  minute,
  readBack,
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
]
