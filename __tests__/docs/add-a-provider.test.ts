/** A provider written as docs/add-a-provider.md teaches, and the official libraries of others: through real doors. */
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import {
  defineProvider,
  DeliveryError,
  identifier,
  type Authentication,
  type Delivery,
  type HeaderAuthentication,
  type Provider,
} from 'express-payment-webhooks'
import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { allDoors } from '../support/doors.js'
import { shops } from '../support/shops.js'
import { runBlock } from './run-block.js'
import { snippetsIn } from './snippets.js'

const BODY = JSON.stringify({ id: 'evt_1', order: '1001' })

function providerWith(name: string, authentication: Authentication): Provider {
  return defineProvider({
    name,
    types: ['payment.confirmed'],
    authentication,
    schema: z.object({ id: identifier, order: identifier }),
    toEvent: (native) => ({ type: 'payment.confirmed', identity: [native.id], orderId: native.order, native }),
  })
}

/** The content type is no proof, so it is not among the spoiled headers. */
const linesOf = ({ 'content-type': _, ...headers }: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`)

describe.each(allDoors)('through %s,', (_name, door) => {
  const open = shops({ door })

  describe('an authentication of one’s own, as the page writes it,', () => {
    const secret = randomBytes(32).toString('hex')
    const acme = async () => {
      const [block] = snippetsIn('docs/add-a-provider.md').filter(({ code }) => code.includes('function acmeSignature'))
      const { acmeSignature } = await runBlock(block!.code, { results: ['acmeSignature'] })
      return providerWith('acme-pay', acmeSignature({ secret, merchant: 'shop-7' }) as Authentication)
    }

    test('lets genuine deliveries in, once', async () => {
      const provider = await acme()
      const shop = await open({ provider })
      const lines = linesOf(provider.sign(Buffer.from(BODY)).headers)
      expect([await shop.post(BODY, ...lines), await shop.post(BODY, ...lines)]).toMatchObject([
        { status: 200 },
        { status: 200 },
      ])
      expect(shop.handled).toMatchObject([{ orderId: '1001' }])
      expect(shop.errors).toEqual([])
    })

    test.each<[string, (lines: string[]) => string[]]>([
      ['another merchant', ([, signature]) => ['x-acme-merchant: shop-8', signature!]],
      ['no merchant', ([, signature]) => [signature!]],
      ['the merchant twice', ([merchant, signature]) => [merchant!, merchant!, signature!]],
      ['no signature', ([merchant]) => [merchant!]],
      ['the signature twice', ([merchant, signature]) => [merchant!, signature!, signature!]],
      [
        'another signature',
        ([merchant, signature]) => [merchant!, signature!.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
      ],
    ])('refuses %s', async (_what, spoil) => {
      const provider = await acme()
      const shop = await open({ provider })
      const lines = linesOf(provider.sign(Buffer.from(BODY)).headers)
      expect(lines).toHaveLength(2)
      expect((await shop.post(BODY, ...spoil(lines))).status).toBe(401)
      expect(shop.handled).toEqual([])
    })
  })

  describe.each<[string, () => Authentication]>([
    ['Stripe’s own library', stripeSignature],
    ['the library of Standard Webhooks', standardWebhook],
  ])('%s, called inside verify,', (_library, make) => {
    test('gets what it takes: bytes, and headers as texts', async () => {
      const provider = providerWith('acme-pay', make())
      const shop = await open({ provider })
      const answer = await shop.post(BODY, ...linesOf(provider.sign(Buffer.from(BODY)).headers))
      expect([answer.status, shop.errors]).toEqual([200, []])
      expect(shop.handled).toHaveLength(1)
    })

    test('has the last word: another body is refused', async () => {
      const provider = providerWith('acme-pay', make())
      const shop = await open({ provider })
      const answer = await shop.post(`${BODY} `, ...linesOf(provider.sign(Buffer.from(BODY)).headers))
      expect([answer.status, shop.errors.map(({ error }) => error.code)]).toEqual([401, ['AUTH_MISMATCH']])
      expect(shop.handled).toEqual([])
    })
  })
})

/** The library throws its own error; a DeliveryError means that the sender is at fault. */
function refusing(check: (delivery: Delivery) => unknown): HeaderAuthentication['verify'] {
  return (delivery) => {
    try {
      check(delivery)
    } catch (cause) {
      throw new DeliveryError('AUTH_MISMATCH', 'the library refuses the signature', { cause })
    }
    return true
  }
}

function stripeSignature(): HeaderAuthentication {
  const secret = 'whsec_5b0e8d2f7a1c4936'
  const { webhooks } = new Stripe('sk_test_4eC39HqLyjWDarjtT1zdp7dc')
  return {
    verify: refusing(({ body, headers }) =>
      webhooks.constructEvent(body, headers['stripe-signature'] as string, secret),
    ),
    sign: (body) => ({ 'stripe-signature': webhooks.generateTestHeaderString({ payload: body.toString(), secret }) }),
  }
}

function standardWebhook(): HeaderAuthentication {
  const webhook = new Webhook(randomBytes(24).toString('base64'))
  return {
    verify: refusing(({ body, headers }) => webhook.verify(body, headers as Record<string, string>)),
    sign(body) {
      const now = new Date()
      return {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': webhook.sign('msg_1', now, body),
      }
    },
  }
}
