import { describe, expect, test } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { coinbarPay, coinsPh, cryptoGateway, memoryStore, paymentWebhook, type Provider } from '../../src/index.js'
import { proofOf } from '../support/deliver.js'
import { vectors } from '../support/fixtures.js'

const gateway = vectors['crypto-gateway']

/** Sends the exact body over HTTP to a fresh receiver. */
async function statusOf(
  provider: Provider,
  headers: Record<string, string>,
  rawBody: string,
): Promise<{ status: number; handled: number }> {
  let handled = 0
  const app = express()
  app.use(
    '/hook',
    paymentWebhook(provider, { store: memoryStore(), on: {}, onUnhandled: () => void handled++, onError: () => {} }),
  )
  const { status } = await request(app).post('/hook').set(headers).set('content-type', 'application/json').send(rawBody)
  return { status, handled }
}

const suites = [
  {
    name: 'coins-ph',
    create: () => coinsPh({ token: vectors['coins-ph'].merchant_api_token }),
    cases: vectors['coins-ph'].cases,
  },
  {
    name: 'crypto-gateway',
    create: () => cryptoGateway({ secret: gateway.webhook_secret }),
    cases: gateway.cases,
  },
  {
    name: 'crypto-gateway, timestamped signature in body mode',
    create: () => cryptoGateway({ secret: gateway.webhook_secret }),
    cases: gateway.timestamped_variant.cases.map((each) => ({ ...each, valid: each.valid_in_body_mode })),
  },
  {
    name: 'crypto-gateway, timestamped signature in timestamped mode',
    create: () => cryptoGateway({ secret: gateway.webhook_secret, mode: 'timestamped', now: () => 1_735_733_700_000 }),
    cases: gateway.timestamped_variant.cases.map((each) => ({ ...each, valid: each.valid_in_timestamped_mode })),
  },
  {
    name: 'coinbar-pay',
    create: () => coinbarPay({ clientId: vectors.coinbar.service_client_id, secretKey: vectors.coinbar.secret }),
    cases: vectors.coinbar.cases,
  },
]

for (const { name, create, cases } of suites) {
  describe(`vectors: ${name}`, () => {
    test.each(cases)('$name: accepted = $valid', async ({ headers, raw_body, valid }) => {
      const expected = valid ? { status: 200, handled: 1 } : { status: 401, handled: 0 }
      expect(await statusOf(create(), headers, raw_body)).toEqual(expected)
    })

    for (const { name: vector, headers, raw_body } of cases.filter(({ valid }) => valid)) {
      test(`${vector}: signed by us the same way`, () => {
        const signed = proofOf(create(), raw_body)
        const published = Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value])
        expect(Object.fromEntries(published)).toMatchObject(signed)
      })
    }
  })
}
