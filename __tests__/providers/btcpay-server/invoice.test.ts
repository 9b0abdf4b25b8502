/** Each event after the invoice was read: the price, and the amount paid of it. */
import { describe, expect, test } from '@jest/globals'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { eventOf, receiverOf } from '../../support/deliver.js'
import { event, fixture, invoice, payment, SECRET } from './support.js'

const reading = (read: object) => btcPayServer({ secret: SECRET, readInvoice: async () => read })

const become = (payload: object, provider: ReturnType<typeof reading>) => eventOf(provider, JSON.stringify(payload))

describe('with the invoice read', () => {
  test.each([
    ['InvoiceProcessing', 'payment.detected'],
    ['InvoiceSettled', 'payment.confirmed'],
    ['InvoiceExpiredPaidPartial', 'payment.partially_paid'],
    ['InvoicePaidAfterExpiration', 'payment.detected'],
  ])('%s has the price, and what was paid of it', async (type, becomes) => {
    const before = new Date().toISOString()
    const found = await become(event(type), reading(invoice({ paidAmount: '60.00' })))
    expect(found).toMatchObject({
      type: becomes,
      expected: { amount: '129', currency: 'EUR' },
      received: { amount: '60', currency: 'EUR', basis: 'total' },
    })
    expect(found.received!.asOf! >= before && found.received!.asOf! <= found.receivedAt).toBe(true)
  })

  test('an invoice that expired has something where a part was paid, and is read only then', async () => {
    const read = reading(invoice({ paidAmount: '60.00' }))
    expect(await become(event('InvoiceExpired', { partiallyPaid: true }), read)).toMatchObject({
      type: 'payment.expired',
      received: { amount: '60' },
    })
    const unread = btcPayServer({ secret: SECRET, readInvoice: () => Promise.reject(new Error('read')) })
    for (const type of ['InvoiceExpired', 'InvoiceCreated', 'InvoiceInvalid', 'InvoiceRefund']) {
      expect(await become(event(type), unread)).toMatchObject({ received: null })
    }
  })

  test.each([
    ['0.00142000', '0.0', '90845.08', 'EUR', '129'],
    ['0.00142000', '0.0', '90845.07', 'EUR', '128.99'],
    ['0.00142100', '0.00000100', '90845.08', 'EUR', '129'],
    ['0.00142000', null, '14205.123456789012345678901234', 'JPY', '20'],
    ['0.00142', '0', '1', 'BTC', '0.00142'],
    ['1.5', '0', '0.33333333333333333333333333', 'LTC', '0.49999999'],
  ])('a transfer of %s (fee %s) at %s is worth %s %s', async (value, fee, rate, currency, amount) => {
    const paid = payment({ value, fee })
    const methods = [{ paymentMethodId: 'BTC-CHAIN', rate, payments: [paid] }]
    const read = reading(invoice({ currency, paymentMethods: methods }))
    expect(await become(event('InvoicePaymentSettled', { payment: paid }), read)).toMatchObject({
      type: 'transaction.confirmed',
      received: { amount, currency, basis: 'transaction' },
      original: { currency: 'BTC' },
    })
  })

  test('a transfer that the invoice does not count is not priced', async () => {
    const read = reading(invoice({}, [payment({ id: 'another-0' })]))
    expect(await become(event('InvoiceReceivedPayment'), read)).toMatchObject({
      type: 'transaction.detected',
      received: null,
      original: { amount: '0.00142' },
      expected: { amount: '129' },
    })
  })

  test.each([
    [{ paidAmount: undefined }, '129'],
    [{ paidAmount: undefined, paymentMethods: null }, null],
    [{ paidAmount: undefined, paymentMethods: [{ rate: 'Infinity', payments: [payment()] }] }, null],
    [{ paidAmount: undefined, paymentMethods: [{ rate: '1', payments: null }] }, '0'],
  ])('a server that does not say what was paid is reckoned after: %j', async (rest, amount) => {
    const found = await become(event('InvoiceSettled'), reading(invoice(rest)))
    expect(found.received?.amount ?? null).toBe(amount)
  })

  test('an invoice of no price takes whatever comes', async () => {
    expect(await become(event('InvoiceSettled'), reading(invoice({ amount: '0' })))).toMatchObject({ expected: null })
  })

  test.each([
    ['None', null],
    ['PaidLate', 'PaidLate'],
    ['PaidOver', 'PaidOver'],
  ])('says for people that it is %s', async (additionalStatus, reason) => {
    expect(await become(event('InvoiceSettled'), reading(invoice({ additionalStatus })))).toMatchObject({ reason })
  })

  test('one that was marked as settled by hand says so, and what was really paid', async () => {
    const found = await become(fixture('invoice_settled_manually'), reading(invoice({ paidAmount: '0' })))
    expect(found).toMatchObject({ type: 'payment.confirmed', reason: 'marked by hand', received: { amount: '0' } })
  })

  test.each(['New', 'Processing'])('one that is settled and still reads %s comes again', async (status) => {
    const { deliver } = receiverOf(reading(invoice({ status })))
    const body = JSON.stringify(event('InvoiceSettled'))
    expect(await deliver(body)).toMatchObject({ kind: 'retry_later', error: { code: 'READ_BACK_BEHIND' } })
    expect(await deliver(body)).toMatchObject({ kind: 'retry_later' })
  })

  test.each(['New', 'Settled', 'Invalid', 'Expired'])('one that is processing may read %s by then', async (status) => {
    expect(await become(event('InvoiceProcessing'), reading(invoice({ status })))).toMatchObject({
      type: 'payment.detected',
    })
  })
})
