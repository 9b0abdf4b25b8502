/** Finding, settling and saving orders, without Express or a database in between. */
import { getEventListeners } from 'node:events'
import { describe, expect, jest, test } from '@jest/globals'
import type { WebhookEvent } from 'express-payment-webhooks'
import { openOrder, orderUpdates, settle, type OrderPayment, type SettlePolicy } from 'express-payment-webhooks/orders'
import { expiryEvent } from '../../src/orders/expiry-event.js'
import { inTurn } from '../../src/orders/in-turn.js'
import { coinOrder, minute, transfer, verdict } from '../support/order-events.js'
import { handlerContext } from '../support/handler-context.js'
import { settled, withFakeTime } from '../support/fake-time.js'

type Options = Parameters<typeof orderUpdates<string | undefined>>[0]

const handlerOf = (options: Options) => {
  const on = orderUpdates<string | undefined>(options)
  return async (event: WebhookEvent, tx?: string, signal?: AbortSignal) =>
    on[event.type as 'payment.confirmed'](event, handlerContext(tx, signal))
}

/** Says what is running, and waits until it is told to go on. */
function gate() {
  const running: string[] = []
  const waiting: (() => void)[] = []
  return {
    running,
    enter: (name: string) => {
      running.push(name)
      return new Promise<void>((resolve) => void waiting.push(resolve))
    },
    letOneOn: () => waiting.shift()?.(),
  }
}

describe('a handler', () => {
  const event = transfer('confirmed', 'tx1', '100')

  test('finds and saves within the transaction of the store', async () => {
    const find = jest.fn<Options['find']>(() => coinOrder())
    const save = jest.fn<Options['save']>(() => true)
    await handlerOf({ find, save })(event, 'the transaction')
    expect(find.mock.calls).toEqual([[event, { tx: 'the transaction', account: '' }]])
    expect(save.mock.calls).toMatchObject([
      [{ status: 'confirmed', version: 1 }, { firstConfirmed: true }, { tx: 'the transaction' }],
    ])
  })

  test.each([null, undefined])('asks for the delivery again in five seconds when find answers %p', async (found) => {
    const handle = handlerOf({ find: () => found, save: () => true })
    await expect(handle(event)).rejects.toMatchObject({ name: 'UnknownOrder', afterSeconds: 5 })
  })

  test.each([
    [{ orderId: 'ORDER-9', paymentIds: ['pi_1'] }, 'find() returned no order ORDER-9 of the payment pi_1 (yet)'],
    [{ orderId: null, paymentIds: ['pi_1', 'ch_1'] }, 'find() returned no order of the payment pi_1, ch_1 (yet)'],
    [{ orderId: null, paymentIds: [] }, 'find() returned no order for an event that names neither order nor payment'],
  ])('names what it asked find for: %j', async (names, message) => {
    const handle = handlerOf({ find: () => null, save: () => true })
    await expect(handle({ ...event, ...names })).rejects.toThrow(
      `${message}. It is retried automatically; if the error remains, store the order or`,
    )
  })

  test('settles twenty times over what others saved, then asks for the delivery again in a second', async () => {
    const find = jest.fn<Options['find']>(() => coinOrder())
    const handle = handlerOf({ find, save: () => false })
    await expect(handle(event)).rejects.toMatchObject({
      name: 'RetryLater',
      message: 'the order was saved by others each time it was settled',
      afterSeconds: 1,
    })
    expect(find).toHaveBeenCalledTimes(20)
  })

  test('settles with the policy of the shop', async () => {
    const save = jest.fn<Options['save']>(() => true)
    await handlerOf({ find: () => coinOrder(), save, policy: { tolerance: '50' } })(transfer('confirmed', 'tx1', '50'))
    expect(save.mock.calls).toMatchObject([[{ status: 'confirmed' }, {}, {}]])
  })

  test.each([
    { what: 'two events of one order', second: { orderId: 'A' }, running: ['1'] },
    { what: 'events of two orders', second: { orderId: 'B' }, running: ['1', '2'] },
  ])('$what: how many are settled at a time', async ({ second, running }) => {
    const door = gate()
    const find: Options['find'] = async ({ id }) => {
      await door.enter(id)
      return coinOrder()
    }
    const handle = handlerOf({ find, save: () => true })
    const both = [
      handle({ ...event, id: '1', orderId: 'A', paymentId: 'one' }),
      handle({ ...event, id: '2', paymentId: 'other', ...second }),
    ]
    await settled()
    expect(door.running).toEqual(running)
    while (door.running.length < 2) {
      door.letOneOn()
      await settled()
    }
    door.letOneOn()
    door.letOneOn()
    await Promise.all(both)
  })

  test.each([
    { what: 'one payment', second: { paymentId: 'addr_1' }, running: ['1'] },
    { what: 'two payments', second: { paymentId: 'addr_2' }, running: ['1', '2'] },
    { what: 'two providers', second: { provider: 'acme-pay' }, running: ['1', '2'] },
  ])('events that name no order, of $what', async ({ second, running }) => {
    const door = gate()
    const find: Options['find'] = async ({ id }) => {
      await door.enter(id)
      return coinOrder()
    }
    const handle = handlerOf({ find, save: () => true })
    const both = [handle({ ...event, id: '1' }), handle({ ...event, id: '2', ...second })]
    await settled()
    expect(door.running).toEqual(running)
    while (door.running.length < 2) {
      door.letOneOn()
      await settled()
    }
    door.letOneOn()
    door.letOneOn()
    await Promise.all(both)
  })

  test('that lost its claim lets the next one of its order go on', async () => {
    const door = gate()
    const lost = new AbortController()
    const handle = handlerOf({
      find: async ({ id }) => {
        await door.enter(id)
        return coinOrder()
      },
      save: () => true,
    })
    const both = [handle({ ...event, id: '1' }, undefined, lost.signal), handle({ ...event, id: '2' })]
    await settled()
    expect(door.running).toEqual(['1'])
    lost.abort()
    await settled()
    expect(door.running).toEqual(['1', '2'])
    door.letOneOn()
    door.letOneOn()
    await Promise.all(both)
  })

  test.each([
    [{ save: () => true }, 'orderUpdates: find must be a function'],
    [{ find: () => null, save: 'later' }, 'orderUpdates: save must be a function'],
    [{ find: () => null, save: () => true, overdew: () => [] }, 'orderUpdates'],
  ])('%p cannot work, and it says why', (options, message) => {
    expect(() => orderUpdates(options as never)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(message),
        code: expect.stringMatching(/^CONFIG_OPTION_/),
      }),
    )
  })
})

describe('in turn', () => {
  test('work of one key runs in the order of the calls, whatever became of the one before', async () => {
    const run = inTurn<string, string>((key) => key)
    const door = gate()
    const work = (name: string, fails = false) =>
      run('key', async () => {
        await door.enter(name)
        if (fails) throw new Error(name)
        return name
      })
    const first = work('first', true)
    const second = work('second')
    await settled()
    door.letOneOn()
    await expect(first).rejects.toThrow('first')
    // The first is forgotten by now, and the second is not: the third waits for it.
    const third = work('third')
    await settled()
    expect(door.running).toEqual(['first', 'second'])
    door.letOneOn()
    expect(await second).toBe('second')
    await settled()
    expect(door.running).toEqual(['first', 'second', 'third'])
    door.letOneOn()
    expect(await third).toBe('third')
  })

  describe('work that does not end', () => {
    withFakeTime()

    /** The first is at work for ever; how much later the second came, in milliseconds. */
    async function twoInLine(signal?: () => AbortSignal, laterMs = 0) {
      const run = inTurn<string, unknown>((key) => key)
      const second = jest.fn(async () => {})
      void run('key', () => new Promise(() => {}), signal)
      await settled()
      jest.advanceTimersByTime(laterMs)
      void run('key', second)
      await settled()
      return second
    }

    test.each([0, 500])('is waited for two seconds from its beginning, also by one %p ms later', async (laterMs) => {
      const second = await twoInLine(undefined, laterMs)
      jest.advanceTimersByTime(1999 - laterMs)
      await settled()
      expect(second).not.toHaveBeenCalled()
      jest.advanceTimersByTime(1)
      await settled()
      expect(second).toHaveBeenCalledTimes(1)
    })

    test('is waited for until its signal aborts', async () => {
      const lost = new AbortController()
      const second = await twoInLine(() => lost.signal)
      expect(second).not.toHaveBeenCalled()
      lost.abort()
      await settled()
      expect(second).toHaveBeenCalledTimes(1)
      expect(getEventListeners(lost.signal, 'abort')).toHaveLength(0)
    })

    test('is not waited for when its signal has aborted', async () => {
      expect(await twoInLine(() => AbortSignal.abort())).toHaveBeenCalledTimes(1)
    })
  })

  test('a signal is looked for only when somebody waits', async () => {
    const run = inTurn<string, unknown>((key) => key)
    const signal = jest.fn(() => undefined)
    await run('key', async () => {}, signal)
    await settled()
    await run('key', async () => {}, signal)
    expect(signal).not.toHaveBeenCalled()
  })

  test('who waits to the end leaves nothing behind on the signal', async () => {
    const run = inTurn<string, unknown>((key) => key)
    const lost = new AbortController()
    await Promise.all([1, 2].map(() => run('key', settled, () => lost.signal)))
    expect(getEventListeners(lost.signal, 'abort')).toHaveLength(0)
  })
})

describe('expireOverdue', () => {
  const now = new Date(minute(61))
  const open = (order: OrderPayment) => {
    const save = jest.fn<Options['save']>(() => true)
    const find = jest.fn<Options['find']>(() => order)
    return { save, find, updates: orderUpdates({ find, save, overdue: () => [order] }) }
  }

  test('settles outside any transaction', async () => {
    const { find, save, updates } = open(coinOrder())
    expect(await updates.expireOverdue({ now })).toBe(1)
    expect(find.mock.calls).toMatchObject([[{ type: 'payment.expired', orderId: 'ORDER-1001' }, { tx: undefined }]])
    expect(save.mock.calls[0]![2]).toEqual({ tx: undefined })
  })

  test('counts what it changed: an order that was expired by others is none', async () => {
    const order = coinOrder()
    const expired = settle(order, expiryEvent(order, now)).order
    const updates = orderUpdates({ find: () => expired, save: () => true, overdue: () => [order] })
    expect(await updates.expireOverdue({ now })).toBe(0)
  })

  test.each([
    { what: 'without a deadline', rest: { expiresAt: null } },
    { what: 'whose deadline lies ahead', rest: { expiresAt: minute(62) } },
  ])('leaves an order alone $what', async ({ rest }) => {
    const { find, updates } = open(coinOrder(rest))
    expect(await updates.expireOverdue({ now })).toBe(0)
    expect(find).not.toHaveBeenCalled()
  })

  test.each([
    ...['payment_authorized', 'confirmed', 'partially_refunded', 'refunded', 'disputed'],
    ...['canceled', 'expired', 'needs_review'],
  ] as const)('leaves an order alone that is %s', async (status) => {
    const { find, updates } = open({ ...coinOrder(), status })
    expect(await updates.expireOverdue({ now })).toBe(0)
    expect(find).not.toHaveBeenCalled()
  })

  test('expires an order at its deadline', async () => {
    const { save, updates } = open(coinOrder({ expiresAt: minute(61) }))
    expect(await updates.expireOverdue({ now })).toBe(1)
    expect(save.mock.calls).toMatchObject([[{ status: 'expired' }, {}, {}]])
  })

  test('tells which could not be settled, after all the others', async () => {
    const orders = ['A', 'B', 'C'].map((orderId) => coinOrder({ orderId }))
    const save = jest.fn<Options['save']>(({ orderId }) => {
      if (orderId !== 'C') throw new Error(`no ${orderId}`)
      return true
    })
    const find: Options['find'] = ({ orderId }) => orders.find((order) => order.orderId === orderId)
    const expiring = orderUpdates({ find, save, overdue: () => orders }).expireOverdue({ now })
    await expect(expiring).rejects.toMatchObject({
      message: '2 overdue orders could not be settled',
      errors: [{ message: 'no A' }, { message: 'no B' }],
    })
    expect(save).toHaveBeenCalledTimes(3)
  })

  test('says what is missing', async () => {
    const updates = orderUpdates({ find: () => null, save: () => true })
    await expect(updates.expireOverdue({ now })).rejects.toThrow('the option overdue')
  })

  test('its event says what it is, and is no provider’s', () => {
    expect(expiryEvent(coinOrder(), now)).toEqual({
      id: `@shop:expired:ORDER-1001:${minute(61)}`,
      type: 'payment.expired',
      provider: '@shop',
      orderId: 'ORDER-1001',
      paymentId: null,
      paymentIds: [],
      transaction: null,
      expected: { amount: '100', currency: 'USDT' },
      received: null,
      original: null,
      refund: null,
      dispute: null,
      reason: 'the deadline of the order has passed',
      occurredAt: minute(61),
      receivedAt: minute(61),
      native: null,
    })
    expect(settle(coinOrder(), verdict('expired', 'a', 61)).update.changed).toBe(false)
  })
})

describe('an option that cannot be meant is named', () => {
  test.each([
    [{ orderId: 7 }, 'openOrder: orderId must be'],
    [{ orderId: '' }, 'openOrder: orderId must be'],
    [{ expected: undefined }, 'openOrder: expected: options must be an object with amount, currency'],
    [{ expected: { amount: '1' } }, 'openOrder: expected.currency is missing'],
    [{ expected: { amount: '1', currency: ' ' } }, 'openOrder: expected.currency is missing'],
    [{ expiresAt: 'tomorrow' }, 'openOrder: expiresAt must be'],
    [{ expireAt: null }, 'openOrder'],
  ])('openOrder with %p', (rest, message) => {
    const options = { orderId: '1', expected: { amount: '1', currency: 'USDT' }, ...rest }
    expect(() => openOrder(options as never)).toThrow(message)
  })

  test.each([
    [{ tolerance: '1e3' }, 'policy: tolerance must be a decimal string'],
    [{ overpayment: 'ignore' }, "policy: overpayment must be 'confirm' or 'review'"],
    [{ latePayment: true }, "policy: latePayment must be 'confirm' or 'review'"],
    [{ confirmations: -1 }, 'policy: confirmations must be null, or a whole number from 0'],
    [{ confirmWithinMs: 0.5 }, 'policy: confirmWithinMs must be whole milliseconds from 0'],
    [{ tolerence: '1' }, 'policy'],
  ])('a policy of %p', (policy, message) => {
    const event = transfer('confirmed', 'tx1', '100')
    expect(() => settle(coinOrder(), event, policy as SettlePolicy)).toThrow(message)
  })
})
