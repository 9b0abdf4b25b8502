/** A provider's delivery: a body with its proof inside, and the headers that belong to it. */
import { describe, expect, test } from '@jest/globals'
import {
  bodySignature,
  createReceiver,
  defineProvider,
  memoryStore,
  type Authentication,
  type Delivery,
} from 'express-payment-webhooks'
import { z } from 'zod'
import { forge } from '../src/testing/forge.js'
import { tokenHeader } from '../src/crypto/token-header.js'

const proof = bodySignature({
  secret: 'k9Qz3vT7-Lw0xR5mB',
  read: (content) => (content as { sign?: unknown }).sign,
  write: (content, sign) => ({ ...(content as object), sign }),
  message: (content) => [String((content as { id?: unknown }).id)],
})
const token = tokenHeader({ scheme: 'Basic', token: 'c2hvcDpoMldjOG5ZNA==' })

const acme = (authentication: Authentication) =>
  defineProvider({
    name: 'acme-pay',
    types: ['payment.confirmed'],
    authentication,
    schema: z.looseObject({ id: z.string() }),
    toEvent: (native) => ({ type: 'payment.confirmed', identity: [native.id], native }),
  })

/** Both must be correct. */
const both = acme({
  ...proof,
  verify: (delivery: Delivery, content: unknown) => token.verify(delivery) && proof.verify(delivery, content),
  signHeaders: () => token.sign(Buffer.alloc(0)),
})

const outcomeOf = async ({ body, headers }: { body: Buffer; headers: Readonly<Record<string, string>> }) => {
  const receiver = createReceiver(both, { store: memoryStore(), on: {}, onError: () => {} })
  return (await receiver.receive({ body, headers })).kind
}

describe('a proof in the body, and a token beside it', () => {
  test('are both in what the provider signs', async () => {
    const { body, headers } = both.sign({ id: '1' })
    expect(headers).toEqual({ 'content-type': 'application/json', authorization: 'Basic c2hvcDpoMldjOG5ZNA==' })
    expect(await outcomeOf({ body, headers })).toBe('unhandled')
    expect(await outcomeOf({ body, headers: {} })).toBe('not_authentic')
  })

  test('stay as they are where only the other is forged', async () => {
    const genuine = both.sign({ id: '1' })
    const forged = forge(both, genuine)
    expect(forged.headers).toEqual(genuine.headers)
    expect(await outcomeOf(forged)).toBe('not_authentic')
  })

  test('without a token there are no headers but the content type', () => {
    expect(acme(proof).sign({ id: '1' }).headers).toEqual({ 'content-type': 'application/json' })
  })
})
