/** Reading invoices from a real server: claim first, then read, and no secret is revealed. */
import { describe, expect, test } from '@jest/globals'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { receiverOf } from '../../support/deliver.js'
import { apiServer } from '../../support/provider-suite.js'
import { event, fixture, INVOICE, invoice, KEY, payment, SECRET, STORE } from './support.js'

const path = (id: string, rest = '?includePaymentMethods=true') => `/api/v1/stores/${STORE}/invoices/${id}${rest}`
const methods = JSON.stringify(invoice()['paymentMethods'])
/** An invoice as answered by servers before version 2.4; those before 2.1.2 omit the paid amount. */
const older = (id: string, rest: object = {}) => ({ body: JSON.stringify({ ...fixture('api_invoice'), id, ...rest }) })

const api = apiServer({
  [path(INVOICE)]: { body: JSON.stringify(invoice()) },
  [path('older')]: older('older'),
  [path('older', '/payment-methods')]: { body: methods },
  [path('oldest')]: older('oldest', { paidAmount: undefined }),
  [path('oldest', '/payment-methods')]: { body: methods },
  [path('empty')]: older('empty', { paymentMethods: [] }),
  [path('empty', '/payment-methods')]: { body: methods },
  [path('elsewhere')]: { body: JSON.stringify(invoice()) },
  [path('forbidden')]: { status: 403, body: '{"code":"missing-permission"}' },
  [path('..%2F..%2Fapi-keys')]: { body: '{}' },
  ['/api/v1/invoices/storeless?includePaymentMethods=true']: { body: JSON.stringify(invoice({ id: 'storeless' })) },
})

const reading = () => receiverOf(btcPayServer({ secret: SECRET, url: `${api.url()}/`, apiKey: KEY }))

/** The paths requested for one delivery. */
async function deliver(payload: object, receiver = reading()) {
  const before = api.requests.length
  const outcome = await receiver.deliver(JSON.stringify(payload))
  return { outcome, asked: api.requests.slice(before).map((request) => request.path), events: receiver.events }
}

describe('reading by the API', () => {
  test('asks for the invoice with the API key', async () => {
    const { asked, events } = await deliver(event('InvoiceSettled'))
    expect(asked).toEqual([path(INVOICE)])
    expect(api.requests.at(-1)?.headers).toMatchObject({ authorization: `token ${KEY}` })
    expect(events).toMatchObject([{ type: 'payment.confirmed', received: { amount: '129', currency: 'EUR' } }])
  })

  test('is done by the holder of the claim alone: a repeat is never read', async () => {
    const receiver = reading()
    await deliver(event('InvoiceSettled'), receiver)
    const again = await deliver(event('InvoiceSettled', { deliveryId: 'D-2', isRedelivery: true }), receiver)
    expect(again).toMatchObject({ outcome: { kind: 'duplicate' }, asked: [] })
    const replayed = await Promise.all([1, 2, 3].map(() => deliver(event('InvoiceSettled'), receiver)))
    expect(replayed.flatMap(({ asked }) => asked)).toEqual([])
  })

  test('is tried again with the next delivery, and no key is told', async () => {
    const receiver = reading()
    const payload = event('InvoiceSettled', { invoiceId: 'forbidden' })
    for (let delivery = 0; delivery < 2; delivery++) {
      const { outcome, asked } = await deliver(payload, receiver)
      expect(outcome).toMatchObject({ kind: 'retry_later', error: { code: 'READ_BACK_UNAVAILABLE' } })
      expect(asked).toEqual([path('forbidden')])
    }
    const told = receiver.errors.map((error) => [error.message, error.stack, String(error.cause)])
    expect(JSON.stringify(told)).not.toContain(KEY)
  })

  test('that is answered by another invoice is not believed', async () => {
    const { outcome } = await deliver(event('InvoiceSettled', { invoiceId: 'elsewhere' }))
    expect(outcome).toMatchObject({ kind: 'retry_later', error: { code: 'READ_BACK_MISMATCH' } })
  })

  test('never leaves the path', async () => {
    const { asked } = await deliver(event('InvoiceSettled', { invoiceId: '../../api-keys' }))
    expect(asked).toEqual([path('..%2F..%2Fapi-keys')])
  })

  test('an event that names no store is read without', async () => {
    const { events } = await deliver(event('InvoiceSettled', { invoiceId: 'storeless', storeId: undefined }))
    expect(events).toMatchObject([{ received: { amount: '129' } }])
  })
})

describe('older servers', () => {
  test.each(['older', 'empty'])(
    'do not bring the payments along (%s): they are read for a transfer alone',
    async (invoiceId) => {
      const total = await deliver(event('InvoiceSettled', { invoiceId }))
      expect(total.asked).toEqual([path(invoiceId)])
      const transfer = await deliver(event('InvoicePaymentSettled', { invoiceId }))
      expect(transfer.asked).toEqual([path(invoiceId), path(invoiceId, '/payment-methods')])
      expect(transfer.events).toMatchObject([{ received: { amount: '129', basis: 'transaction' } }])
    },
  )

  test('do not say what was paid, and it is reckoned from the payments', async () => {
    const { asked, events } = await deliver(event('InvoiceSettled', { invoiceId: 'oldest' }))
    expect(asked).toEqual([path('oldest'), path('oldest', '/payment-methods')])
    expect(events).toMatchObject([{ received: { amount: '129', basis: 'total' } }])
  })
})

describe("reading by the shop's own client", () => {
  test.each([
    ['an object', invoice()],
    ['bytes', Buffer.from(JSON.stringify(invoice()))],
    ['a text', JSON.stringify(invoice())],
  ])('may answer %s, for an invoice of a store', async (_what, answer) => {
    const asked: unknown[] = []
    const provider = btcPayServer({
      secret: SECRET,
      readInvoice: async (id, { storeId, signal }) => {
        asked.push([id, storeId, signal instanceof AbortSignal])
        return answer
      },
    })
    const { deliver: send, events } = receiverOf(provider)
    await send(JSON.stringify(event('InvoicePaymentSettled', { payment: payment() })))
    expect(events).toMatchObject([{ received: { amount: '129' } }])
    expect(asked).toEqual([[INVOICE, STORE, true]])
  })

  test.each([
    ['null', async () => null],
    ['another shape', async () => ({ ...invoice(), currency: 7 })],
    ['no JSON', async () => 'Bad Gateway'],
    ['an error with the request in it', async () => Promise.reject(Object.assign(new Error('401'), { key: KEY }))],
  ])('that answers %s is asked again later, and its error keeps its words alone', async (_what, readInvoice) => {
    const { deliver: send, errors } = receiverOf(btcPayServer({ secret: SECRET, readInvoice }))
    expect(await send(JSON.stringify(event('InvoiceSettled')))).toMatchObject({
      kind: 'retry_later',
      error: { code: 'READ_BACK_UNAVAILABLE' },
    })
    expect(Object.keys(errors[0]?.cause as Error)).toEqual([])
  })
})
