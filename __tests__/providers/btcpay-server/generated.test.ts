/** Arbitrary deliveries and arbitrary answers of the server: 10,500 generated cases, all in this process. */
import { describe, expect, test } from '@jest/globals'
import { Big } from 'big.js'
import fc from 'fast-check'
import { toDecimal, type WebhookEvent } from 'express-payment-webhooks'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { payloadOf } from '../../support/provider-suite.js'
import { event, fixture, INVOICE, invoice, payment, SECRET } from './support.js'

const BODY = payloadOf('btcpay-server', 'invoice_settled.json')

describe('a delivery', () => {
  const provider = btcPayServer({ secret: SECRET })
  const { headers } = provider.sign(BODY)
  const refused = { status: 429, kind: 'not_authentic', events: [] }

  test('is an event as it was signed, so that the changes below are what refuses it', async () => {
    expect(await deliveriesTo(provider)(BODY, headers)).toMatchObject({ status: 200, events: [{}] })
  })

  test('with one byte of it changed is refused: 429, and no event', async () => {
    const deliver = deliveriesTo(provider)
    await fc.assert(
      fc.asyncProperty(oneByteOf(BODY), async (body) => {
        expect(await deliver(body, headers)).toEqual(refused)
      }),
      { numRuns: 5000 },
    )
  })

  test('with one letter of its signature changed is refused: 429, and no event', async () => {
    const deliver = deliveriesTo(provider)
    const signature = headers['btcpay-sig']!
    const changed = oneByteOf(Buffer.from(signature)).map((bytes) => bytes.toString('latin1'))
    const isOther = (text: string) => !text.startsWith('sha256=') || text.toLowerCase() !== signature
    await fc.assert(
      fc.asyncProperty(changed.filter(isOther), async (text) => {
        expect(await deliver(BODY, { ...headers, 'btcpay-sig': text })).toEqual(refused)
      }),
      { numRuns: 2000 },
    )
  })

  test('that says anything in one place is an event, kept for the operator, or a test: 200 or 400', async () => {
    const payloads = ['invoice_settled', 'invoice_payment_settled', 'payment_request_status_changed'].map(fixture)
    const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
        const { body, headers: signed } = provider.sign(replaced(payload, path, value))
        const { status, events } = await deliveriesTo(provider)(body, { ...signed })
        expect([200, 400]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        // None of its amounts is in the currency of the price, with any content.
        for (const { received, expected } of events) expect([received, expected]).toEqual([null, null])
      }),
      { numRuns: 1500 },
    )
  })
})

describe('an invoice that was read', () => {
  const full = invoice({}, [payment({ value: '0.001' }), payment({ id: 'another-0', value: '0.00042' })])
  const events = ['InvoiceSettled', 'InvoiceProcessing', 'InvoicePaymentSettled'].map((type) => event(type))

  test('and says anything in one place becomes only what it says, or is asked for again: 200 or 503', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...events),
        fc.constantFrom(...pathsOf(full)),
        anything,
        async (payload, path, value) => {
          const read = replaced(full, path, value) as Invoice
          const provider = btcPayServer({ secret: SECRET, readInvoice: async () => read })
          const { body, headers } = provider.sign(payload)
          const { status, events: told } = await deliveriesTo(provider)(body, { ...headers })
          expect([200, 503]).toContain(status)
          expect(told).toHaveLength(status === 200 ? 1 : 0)
          for (const one of told) expectOnlyWhatWasRead(one, read)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

interface Invoice {
  readonly id?: unknown
  readonly amount?: unknown
  readonly paidAmount?: unknown
  readonly paymentMethods?: readonly { readonly rate?: unknown; readonly payments?: readonly Paid[] }[]
}

interface Paid {
  readonly id?: unknown
  readonly value?: unknown
}

/** The total is the total that was read, and a payment is at most its value at its rate. */
function expectOnlyWhatWasRead({ received, expected, paymentId, transaction }: WebhookEvent, read: Invoice): void {
  expect([paymentId, String(read.id)]).toEqual([INVOICE, INVOICE])
  if (expected !== null) expect(expected.amount).toBe(toDecimal(read.amount))
  if (received?.basis === 'total' && toDecimal(read.paidAmount) !== null) {
    expect(received.amount).toBe(toDecimal(read.paidAmount))
  }
  if (received?.basis === 'transaction') {
    const isIt = ({ id }: Paid) => String(id) === transaction?.id
    const method = read.paymentMethods?.find(({ payments }) => payments?.some(isIt))
    const value = toDecimal(method?.payments?.find(isIt)?.value)
    expect(new Big(value!).times(toDecimal(method?.rate)!).gte(received.amount)).toBe(true)
  }
}
