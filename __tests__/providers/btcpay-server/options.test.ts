/** Impossible options are refused at once, and no secret is revealed. */
import { expect, test } from '@jest/globals'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { KEY, SECRET } from './support.js'

const url = 'https://pay.example'
const readInvoice = async () => null

test.each([
  [{ secret: undefined }, /secret is missing or empty/],
  [{ secret: '' }, /secret is missing or empty/],
  [{ secret: 'short' }, /secret has 5 bytes/],
  [{ url }, /apiKey is missing or empty/],
  [{ url, apiKey: undefined }, /apiKey is missing or empty/],
  [{ apiKey: KEY }, /url must be the address of your server/],
  [{ url: undefined, apiKey: KEY }, /url must be/],
  [{ url: 'pay.example', apiKey: KEY }, /url must be/],
  [{ url: 'ftp://pay.example', apiKey: KEY }, /url must be/],
  [{ url: `https://user:${KEY}@pay.example`, apiKey: KEY }, /url must be/],
  [{ url: 'https://pay.example?a=b', apiKey: KEY }, /url must be/],
  [{ url: 'https://pay.example/#a', apiKey: KEY }, /url must be/],
  [{ url, apiKey: 'your-api-key' }, /apiKey looks like a placeholder/],
  [{ url, apiKey: KEY, readInvoice }, /url and apiKey, or readInvoice, and not both/],
  [{ readInvoice: url }, /readInvoice must be a function/],
  [{ orderKey: '' }, /orderKey must be/],
  [{ mergeRegistrations: 'yes' }, /mergeRegistrations must be/],
  [{ readInvoce: readInvoice }, /Did you mean "readInvoice"/],
])('%j', (options, message) => {
  const create = () => btcPayServer({ secret: SECRET, ...options } as never)
  expect(create).toThrow(message)
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(KEY) }))
})

test.each(['https://pay.example/', 'http://btcpay:49392', 'https://example.org/btcpay/'])(
  'url may be %s',
  (address) => {
    expect(btcPayServer({ secret: SECRET, url: address, apiKey: KEY }).name).toBe('btcpay-server')
  },
)
