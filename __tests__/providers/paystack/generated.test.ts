/** Paystack's deliveries: 10,500 genuine ones with one arbitrary value. */
import { expect } from '@jest/globals'
import { toMinorUnits } from 'express-payment-webhooks'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { samples } from '../../../src/testing/samples/paystack.js'
import { live } from './support.js'

interface Said {
  readonly event: unknown
  readonly data: { readonly amount?: unknown; readonly domain?: unknown }
}

describeGeneratedDeliveries({
  provider: live(),
  body: Buffer.from(JSON.stringify(samples['charge.success'])),
  header: 'x-paystack-signature',
  saysTheSame: (changed, header) => changed.toLowerCase() === header,
  payloads: [
    samples['charge.success'],
    samples['refund.processed'],
    samples['charge.dispute.create'],
    samples['transfer.success'],
  ],
  check({ type, received }, payload) {
    if (received === null) return
    const { event, data } = payload as Said
    expect({ type, event, domain: data.domain ?? 'live', basis: received.basis }).toEqual({
      type: 'payment.confirmed',
      event: 'charge.success',
      domain: 'live',
      basis: 'total',
    })
    expect(BigInt(toMinorUnits(received.amount, received.currency, { XOF: 2 }))).toBe(BigInt(String(data.amount)))
  },
})
