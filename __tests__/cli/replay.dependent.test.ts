/** Events that depend on one another failed together, and are replayed together: the same on every store. */
import { describe, expect, jest } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { createReceiver, RetryLater } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sample } from 'express-payment-webhooks/testing'
import { postgres, redis, sqlite, useBackend, type Backend } from '../support/command-backends.js'
import { describeWith, POSTGRES, REDIS } from '../support/needs.js'
import { runCommand } from '../support/run-command.js'
import { sideBySide } from '../support/side-by-side.js'

jest.setTimeout(60_000)

const TYPES = ['payment.confirmed', 'refund.confirmed', 'dispute.opened'] as const
type Type = (typeof TYPES)[number]

function suite(create: () => Backend) {
  const { backend, running } = useBackend(create)
  const test = sideBySide()

  /** A shop that knows an order by its id alone until the payment of it was handled, as of an order with `paymentId: null`. */
  async function shopThatFailed() {
    const { store, options, url } = backend.fresh()
    const state = { isOrderStored: false, runs: [] as string[] }
    const handle = async ({ type }: { readonly type: string }) => {
      const isKnown = state.isOrderStored && (type === 'payment.confirmed' || state.runs.includes('payment.confirmed'))
      if (state.isOrderStored) state.runs.push(type)
      if (!isKnown) throw new RetryLater('no order of this payment')
    }
    const provider = stripe({ secret: 'whsec_k7Jw2nVq9TzR4mXc8LpB3sYd' })
    const on = { 'payment.confirmed': handle, 'refund.confirmed': handle, 'dispute.opened': handle }
    const receiver = createReceiver(provider, { store, on, onError: () => {} })
    running.push({ webhook: receiver as never, store })
    for (const type of TYPES) {
      const { headers, body } = provider.sign(sample('stripe', type))
      expect(await receiver.receive({ headers, body: String(body) })).toMatchObject({ kind: 'retry_later' })
      // Stores list by the millisecond.
      await pause(5)
    }
    state.isOrderStored = true
    const env = { PAYMENT_WEBHOOKS_STORE: url }
    return { store, state, command: (...args: string[]) => runCommand([...args, ...options], { env }) }
  }

  test('a payment, its refund and its dispute are all handled by one replay --all', async () => {
    const { state, command } = await shopThatFailed()
    const { code, stdout } = await command('replay', '--all')
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^replayed +3$/m)])
    expect(state.runs).toEqual(TYPES)
  })

  test('so they are by one replay of their keys, in whatever order they are typed', async () => {
    const { store, state, command } = await shopThatFailed()
    const keys = (await store.listEvents()).map(({ key }) => key)
    expect((await command('replay', ...keys)).code).toBe(0)
    expect(state.runs).toEqual(TYPES)
  })

  test('the oldest is requested first, so that a shop that looks in between takes it', async () => {
    const { command } = await shopThatFailed()
    const { stdout } = await command('replay', '--all', '--wait', '0', '--json')
    const { waiting } = JSON.parse(stdout) as { waiting: { eventId: string }[] }
    const idOf = (type: Type) => `stripe:${(sample('stripe', type) as { id: string }).id}`
    expect(waiting.map(({ eventId }) => eventId)).toEqual(TYPES.map(idOf))
  })
}

describe('replay of what depends on each other on SQLite', () => suite(sqlite))
describeWith(REDIS, 'replay of what depends on each other on Redis', () => suite(redis))
describeWith(POSTGRES, 'replay of what depends on each other on Postgres', () => suite(() => postgres(false)))
