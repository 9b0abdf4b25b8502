/** Wherever orders take an object from the shop, a name that is not looked for there is refused, with the place that it belongs to. */
import { describe, expect, test } from '@jest/globals'
import {
  addPayments,
  cancel,
  decide,
  markPaid,
  openOrder,
  orderUpdates,
  reopen,
  reprice,
  settle,
} from 'express-payment-webhooks/orders'
import { coinOrder, transfer } from '../support/order-events.js'

const order = coinOrder()
const whole = { orderId: 'ORDER-1', expected: { amount: '100', currency: 'USDT' } }
const named = { provider: 'crypto-gateway', paymentId: 'addr_1' }
const kept = { find: () => null, save: () => true, overdue: () => [] }
const underPolicy = (policy: object) => settle(order, transfer('confirmed', 'tx1', '100'), policy)

/** Calls as plain JavaScript can make them. */
const acts: Readonly<Record<string, (...given: any[]) => unknown>> = { decide, cancel, markPaid, reprice, reopen }

describe('a name that is not looked for', () => {
  test.each<[where: string, name: string, call: () => unknown]>([
    ['openOrder', 'netwrok', () => openOrder({ ...whole, netwrok: 'tron' } as never)],
    ['openOrder: expected', 'tax', () => openOrder({ ...whole, expected: { ...whole.expected, tax: '1' } } as never)],
    [
      'openOrder: payments[0]',
      'refrence',
      () => openOrder({ ...whole, payments: [{ ...named, refrence: 'B' }] } as never),
    ],
    ['addPayments: payments[1]', 'refrence', () => addPayments(order, [named, { ...named, refrence: 'B' }] as never)],
    ['policy', 'tolerence', () => underPolicy({ tolerence: '1' })],
    ['policy: aliases', 'chains', () => underPolicy({ aliases: { chains: {} } })],
    [
      'policy: aliases.coins.ETHARB',
      'chain',
      () => underPolicy({ aliases: { coins: { ETHARB: { currency: 'ETH', chain: 'arbitrum' } } } }),
    ],
    ['orderUpdates', 'overdew', () => orderUpdates({ ...kept, overdew: () => [] } as never)],
    ['expireOverdue', 'at', () => orderUpdates(kept).expireOverdue({ at: new Date() } as never)],
    ['decide', 'who', () => acts.decide!(order, 'accepted', { who: 'maria' })],
    ['cancel', 'who', () => acts.cancel!(order, { who: 'maria' })],
    ['markPaid', 'sum', () => acts.markPaid!(order, { sum: '1' })],
    ['reprice', 'to', () => acts.reprice!(order, { amount: '1', to: '2' })],
    ['reopen', 'until', () => acts.reopen!(order, { until: null })],
  ])('%s refuses %s', async (where, name, call) => {
    await expect((async () => call())()).rejects.toMatchObject({
      code: 'CONFIG_OPTION_UNKNOWN',
      message: expect.stringContaining(`${where}: unknown option "${name}"`),
    })
  })

  test.each<[name: string, place: string, call: () => unknown]>([
    [
      'network',
      'beside `expected`, not in it',
      () => openOrder({ ...whole, expected: { ...whole.expected, network: 'ethereum' } } as never),
    ],
    [
      'expiresAt',
      'beside `expected`, not in it',
      () => openOrder({ ...whole, expected: { ...whole.expected, expiresAt: null } } as never),
    ],
    [
      'network',
      'beside `payments`, not in it',
      () => openOrder({ ...whole, payments: [{ ...named, network: 'ethereum' }] } as never),
    ],
    ['paymentId', 'in one of `payments`', () => openOrder({ ...whole, paymentId: 'addr_1' } as never)],
    ['amount', 'in `expected`', () => openOrder({ orderId: 'ORDER-1', amount: '100' } as never)],
    ['overpayment', 'in `policy`', () => orderUpdates({ ...kept, overpayment: 'review' } as never)],
    ['coins', 'in `aliases`', () => underPolicy({ coins: {} })],
    ['tolerance', 'beside `aliases`, not in it', () => underPolicy({ aliases: { tolerance: '1' } })],
  ])('%s belongs %s', (name, place, call) => {
    expect(call).toThrow(
      expect.objectContaining({
        code: 'CONFIG_OPTION_UNKNOWN',
        message: expect.stringContaining(`unknown option "${name}". It belongs ${place}.`),
      }),
    )
  })
})

describe('a value that no event could ever fit', () => {
  test.each<[message: string, call: () => unknown]>([
    ['openOrder: expected: options must be an object', () => openOrder({ orderId: 'ORDER-1' } as never)],
    ['openOrder: network must be', () => openOrder({ ...whole, network: '' })],
    ['openOrder: network must be', () => openOrder({ ...whole, network: 1 as never })],
    ['openOrder: payments must be an array', () => openOrder({ ...whole, payments: named as never })],
    [
      'openOrder: payments[0]: paymentId must be',
      () => openOrder({ ...whole, payments: [{ ...named, paymentId: 28761 as never }] }),
    ],
    [
      'openOrder: payments[0]: paymentId must be',
      () => openOrder({ ...whole, payments: [{ provider: 'stripe' } as never] }),
    ],
    [
      'openOrder: payments[1]: a payment with paymentId null accepts every payment that names the order',
      () => openOrder({ ...whole, payments: [0, 1].map(() => ({ provider: 'stripe', paymentId: null })) }),
    ],
    ['addPayments: payments[0]: provider must be', () => addPayments(order, [{ ...named, provider: '' }])],
    ['addPayments: payments[0]: reference must be', () => addPayments(order, [{ ...named, reference: '' }])],
    ['policy: aliases.networks.erc must be', () => underPolicy({ aliases: { networks: { erc: '' } } })],
    ['policy: aliases.coins.ETHARB must be', () => underPolicy({ aliases: { coins: { ETHARB: ' ' } } })],
    ['policy: aliases.coins.ETHARB.currency must be', () => underPolicy({ aliases: { coins: { ETHARB: {} } } })],
    [
      'policy: aliases.coins.ETHARB.network must be',
      () => underPolicy({ aliases: { coins: { ETHARB: { currency: 'ETH', network: 1 } } } }),
    ],
  ])('%s', (message, call) => {
    expect(call).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining(message) }),
    )
  })
})
