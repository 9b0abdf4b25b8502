/** The content that a provider may read of an authentic delivery. */
import { describe, expect, test } from '@jest/globals'
import { bodySignature, defineProvider, type WebhookEvent } from 'express-payment-webhooks'
import { z } from 'zod'
import { receiverOf } from '../support/deliver.js'

const proof = bodySignature({
  secret: 'k9Qz3vT7-Lw0xR5mB',
  read: (content) => (content as { sign?: unknown }).sign,
  write: (content, sign) => ({ ...(content as object), sign }),
  message: (content) => [String((content as { id?: unknown }).id)],
})

const acme = defineProvider({
  name: 'acme-pay',
  types: ['payment.confirmed'],
  authentication: proof,
  schema: z.looseObject({ id: z.string(), sign: z.string() }),
  toEvent: (native) => ({ type: 'payment.confirmed', identity: [native.id], native }),
})

describe('a body whose proof stands inside it', () => {
  test('is read without the proof, so that no handler can log what could be sent again', async () => {
    const receiver = receiverOf(acme)
    const { body, headers } = acme.sign({ id: '1', amount: 5 })
    expect(JSON.parse(body.toString())).toMatchObject({ sign: expect.stringMatching(/^[0-9a-f]{64}$/) })
    await receiver.deliver(body, headers)
    const [event] = receiver.events as WebhookEvent[]
    expect(event?.native).toEqual({ id: '1', amount: 5, sign: '' })
  })
})
