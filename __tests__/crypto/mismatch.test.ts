/** The operator's message about a proof that does not match, for every place and form of the proof. */
import { expect, test } from '@jest/globals'
import { coinsPh, createReceiver, cryptoGateway, memoryStore, type Provider } from 'express-payment-webhooks'
import { cryptomus } from 'express-payment-webhooks/providers/cryptomus'
import { openNode } from 'express-payment-webhooks/providers/opennode'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sample } from 'express-payment-webhooks/testing'

const OURS = '4f1d9a7c2b6e80354f1d9a7c2b6e8035'
const THEIRS = '7b6e80354f1d9a7c2b6e80354f1d9a7c'

const CASES: [string, Provider, Provider, object][] = [
  ['a signature', stripe({ secret: OURS }), stripe({ secret: THEIRS }), sample('stripe', 'payment.confirmed')],
  ['a token', coinsPh({ token: OURS }), coinsPh({ token: THEIRS }), sample('coins-ph', 'payment.confirmed')],
  [
    'a signature without a time',
    cryptoGateway({ secret: OURS }),
    cryptoGateway({ secret: THEIRS }),
    sample('crypto-gateway', 'transaction.confirmed'),
  ],
  [
    'a signature in the body',
    cryptomus({ paymentKey: OURS }),
    cryptomus({ paymentKey: THEIRS }),
    sample('cryptomus', 'payment.confirmed'),
  ],
  [
    'a digest in the body',
    openNode({ apiKey: OURS, readBack: async () => ({}) }),
    openNode({ apiKey: THEIRS, readBack: async () => ({}) }),
    sample('opennode', 'payment.confirmed'),
  ],
]

test.each(CASES)(
  '%s by another secret says what to compare it with, and shows none',
  async (_, ours, theirs, payload) => {
    const messages: string[] = []
    const receiver = createReceiver(ours, {
      store: memoryStore(),
      on: {},
      onError: ({ code, message }) => void messages.push(`${code}: ${message}`),
    })
    await receiver.receive(theirs.sign(payload))
    await new Promise((resolve) => setImmediate(resolve))
    expect(messages).toEqual([
      expect.stringMatching(
        /^AUTH_MISMATCH: the .* compare the configured secret or key with its dashboard's, of the same mode \(test or live\)$/,
      ),
    ])
    expect(messages[0]).not.toContain(OURS)
  },
)
