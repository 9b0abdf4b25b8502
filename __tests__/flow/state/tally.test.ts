/** Health of a provider's deliveries, and reports about its secrets. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  bodySignature,
  createReceiver,
  defineProvider,
  memoryStore,
  tokenHeader,
  type OutcomeReport,
  type Provider,
  type Receiver,
} from 'express-payment-webhooks'
import { z } from 'zod'
import { clock, setClock } from '../../../src/lib/clock.js'
import { figuresOf } from '../../../src/flow/state/figures.js'
import { Tally } from '../../../src/flow/state/tally.js'
import { bodyOf, hmacProvider, SECRET, signatureOf } from '../../support/hmac-provider.js'

const OLD = 'b8Qm4xTz7WnK2cRv9LpJ6sYd'
const open: Receiver[] = []
let later = 0

beforeEach(() => {
  const system = clock
  later = 0
  setClock({ ...system, now: () => Date.UTC(2026, 10, 27, 12) + later, monotonic: () => system.monotonic() + later })
})
afterEach(async () => {
  setClock()
  await Promise.all(open.splice(0).map((receiver) => receiver.close()))
})

function receiverOf(provider: Provider<any> = hmacProvider()) {
  const reports: OutcomeReport[] = []
  const receiver = createReceiver(provider, {
    store: memoryStore(),
    on: { 'payment.confirmed': () => {} },
    onError: () => {},
    onOutcome: (report) => void reports.push(report),
  })
  open.push(receiver)
  const deliver = (body: string, signature = signatureOf(body)) =>
    receiver.receive({ body, headers: { 'x-signature': signature } })
  return { receiver, reports, deliver }
}

describe('silence', () => {
  test('before any delivery nothing is known', async () => {
    const { receiver } = receiverOf()
    expect(await receiver.health()).toMatchObject({ lastAuthenticAt: null, lastHandledAt: null, mismatchShare: null })
  })

  test('health says when the last authentic delivery came, and when the last one was handled', async () => {
    const { receiver, deliver } = receiverOf()
    await deliver(bodyOf())
    later = 60_000
    await deliver(bodyOf())
    later = 120_000
    await deliver(bodyOf(), 'f'.repeat(64))
    expect(await receiver.health()).toMatchObject({
      lastAuthenticAt: '2026-11-27T12:01:00.000Z',
      lastHandledAt: '2026-11-27T12:00:00.000Z',
      mismatchShare: 1 / 3,
    })
  })

  test('refusals are forgotten after ten minutes at the latest', () => {
    const tally = new Tally()
    tally.count('not_authentic', false)
    tally.count('handled', true)
    const shares = [0, 299_000, 301_000, 599_000, 601_000].map((ms) => {
      later = ms
      return figuresOf(tally).mismatchShare
    })
    expect(shares).toEqual([0.5, 0.5, 0.5, 0.5, null])
  })

  test('what says nothing about a secret is not counted', () => {
    const tally = new Tally()
    tally.count('too_large', false)
    tally.count('method_not_allowed', false)
    expect(figuresOf(tally)).toEqual({ lastAuthenticAt: null, lastHandledAt: null, mismatchShare: null })
  })
})

describe('secretIndex', () => {
  const secrets = [SECRET, OLD]

  test.each([
    ['the new secret', SECRET, 0],
    ['the old secret', OLD, 1],
    ['neither', 'x'.repeat(24), null],
  ])('of a signature by %s', async (_, secret, index) => {
    const { reports, deliver } = receiverOf(hmacProvider({ secret: secrets }))
    await deliver(bodyOf(), signatureOf(bodyOf(), secret))
    expect(reports).toMatchObject([{ secretIndex: index }])
  })

  test('is null with one secret', async () => {
    const { reports, deliver } = receiverOf()
    await deliver(bodyOf())
    expect(reports).toMatchObject([{ outcome: 'handled', secretIndex: null }])
  })

  test.each([0, 1])('of a token, which is number %d', async (index) => {
    const provider = hmacProvider({ authenticate: () => tokenHeader({ scheme: 'Bearer', token: secrets }) })
    const { receiver, reports } = receiverOf(provider)
    await receiver.receive({ body: bodyOf(), headers: { authorization: `Bearer ${secrets[index]}` } })
    expect(reports).toMatchObject([{ outcome: 'handled', secretIndex: index }])
  })

  test.each([0, 1])('of a signature in the body by number %d', async (index) => {
    const signing = (secret: string | string[]) =>
      bodySignature({
        secret,
        read: (content) => (content as { sign: string }).sign,
        write: (content, sign) => ({ ...(content as object), sign }),
        message: (content) => [String((content as { id: string }).id)],
      })
    const provider = defineProvider({
      name: 'acme',
      types: ['payment.confirmed'],
      authentication: signing(secrets),
      schema: z.object({ id: z.string() }),
      toEvent: ({ id }) => ({ type: 'payment.confirmed' as const, identity: [id], native: null }),
    })
    const { receiver, reports } = receiverOf(provider)
    const body = JSON.stringify(signing(secrets[index]!).sign({ id: 'p1' }))
    await receiver.receive({ body, headers: {} })
    expect(reports).toMatchObject([{ outcome: 'handled', secretIndex: index }])
  })
})
