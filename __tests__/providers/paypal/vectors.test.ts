/** Vectors with their own certificates, a genuine published delivery, and the table of the page. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { X509Certificate, verify } from 'node:crypto'
import { crc32Text } from '../../../src/crypto/crc32.js'
import { paypal } from 'express-payment-webhooks/providers/paypal'
import { describeExamples, describeVectors } from '../../support/provider-suite.js'
import { startServer, type RunningServer } from '../../support/start-server.js'
import { answersTo, capture, fixture, payPal, vectors } from './support.js'

/** PayPal's hosts are played on this machine: the certificates and the API. */
let server: RunningServer
let certificate = vectors.certificates.leaf
let fetched: string[] = []
beforeAll(async () => {
  server = await startServer((req, res) => {
    fetched.push(req.url!)
    res.end(certificate)
  })
})
afterAll(() => server.close())

const systemFetch = globalThis.fetch
beforeEach(() => {
  fetched = []
  globalThis.fetch = (url, init) =>
    systemFetch(String(url).replace('https://api.sandbox.paypal.com', `http://127.0.0.1:${server.port}`), init)
})
afterEach(() => {
  globalThis.fetch = systemFetch
})

describeVectors(vectors.cases, (vector) => {
  certificate = vectors.certificates[vector.certificate ?? 'leaf']
  return paypal({
    webhookId: vector.webhook_ids ?? vectors.webhook_id,
    mode: 'sandbox',
    issuers: vectors.root_pem,
    now: () => Date.parse(vectors.at),
    readBack: async (path) => capture({ id: path.split('/').at(-1) }),
  })
})

test('no certificate was fetched from elsewhere', () => {
  const refused = vectors.cases.filter((one) => one.fetch === false)
  expect(refused).toHaveLength(3)
  expect(fetched).toEqual([])
})

test('the signed text is laid out as in a genuine delivery that PayPal published', () => {
  const [{ raw_body, headers, webhook_id, certificate_pem } = vectors.published[0]!] = vectors.published
  const checksum = crc32Text(Buffer.from(raw_body))
  const parts = [headers['PAYPAL-TRANSMISSION-ID'], headers['PAYPAL-TRANSMISSION-TIME'], webhook_id, checksum]
  const signature = Buffer.from(String(headers['PAYPAL-TRANSMISSION-SIG']), 'base64')
  const { publicKey } = new X509Certificate(certificate_pem)
  expect(verify('sha256', Buffer.from(parts.join('|')), publicKey, signature)).toBe(true)
})

describeExamples('paypal', (file) => payPal(answersTo(fixture(file.replace('.json', '')))).provider)
