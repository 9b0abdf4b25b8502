import { describe, expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import { createReceiver, cryptoGateway, memoryStore, paymentWebhook, RetryLater, type Store } from '../src/index.js'
import { sqliteStore } from '../src/stores/sqlite.js'
import { sample } from '../src/testing/index.js'
import { confirmed, setUp, settled, type Handler } from './support/receive-set-up.js'

describe('receive', () => {
  test('a genuine delivery runs its handler once and is handled', async () => {
    const handler = jest.fn<Handler>()
    const { deliver, errors } = setUp(handler)
    expect(await deliver()).toMatchObject({ kind: 'handled', attempt: 1, event: { type: 'transaction.confirmed' } })
    expect(await deliver()).toMatchObject({ kind: 'duplicate' })
    expect(errors).toEqual([])
    expect(handler).toHaveBeenCalledTimes(1)
  })

  test('the handler gets the attempt, a key stable across attempts, and a live signal', async () => {
    const contexts: { attempt: number; idempotencyKey: string; aborted: boolean; tx: unknown }[] = []
    const { deliver } = setUp((_event, { attempt, idempotencyKey, signal, tx }) => {
      contexts.push({ attempt, idempotencyKey, aborted: signal.aborted, tx })
      if (attempt === 1) throw new Error('first time unlucky')
    })
    expect((await deliver()).kind).toBe('failed')
    expect((await deliver()).kind).toBe('handled')
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(contexts[1]!.idempotencyKey).toBe(contexts[0]!.idempotencyKey)
    expect(contexts).toEqual(contexts.map((context) => ({ ...context, aborted: false, tx: undefined })))
  })

  test.each([new Error('db password=hunter2'), null, undefined, 'a text', { an: 'object' }])(
    'a handler that throws %p fails, and the event is handled again',
    async (thrown) => {
      let calls = 0
      const { deliver, errors } = setUp(() => {
        if (++calls === 1) throw thrown
      })
      expect(await deliver()).toMatchObject({ kind: 'failed', error: { code: 'HANDLER_FAILED', cause: thrown } })
      expect(errors[0]![1]).toMatchObject({
        provider: 'crypto-gateway',
        outcome: 'failed',
        event: { type: 'transaction.confirmed' },
        body: null,
      })
      expect((await deliver()).kind).toBe('handled')
    },
  )

  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable(new Error('unseen'), {})
    revoke()
    return proxy
  }
  const throwsItself = () => Object.defineProperty(new Error('seen'), 'name', { get: () => { throw throwsItself() } }) // prettier-ignore
  test.each([
    ['a revoked proxy', revoked],
    ['an error whose name throws', throwsItself],
  ])('a handler that throws %s fails, and the event is handled again at once', async (_, thrown) => {
    let calls = 0
    const { deliver, codes } = setUp(() => {
      if (++calls === 1) throw thrown()
    })
    expect(await deliver()).toMatchObject({ kind: 'failed' })
    expect(codes()).toEqual(['HANDLER_FAILED'])
    expect(await deliver()).toMatchObject({ kind: 'handled', attempt: 2 })
  })

  test('a handler that throws RetryLater is asked again after the seconds it names', async () => {
    const cause = new RetryLater('order not stored yet', { afterSeconds: 17 })
    const { deliver } = setUp(() => {
      throw cause
    })
    expect(await deliver()).toMatchObject({
      kind: 'retry_later',
      retryAfterSeconds: 17,
      error: { code: 'HANDLER_RETRY_LATER', message: 'order not stored yet', cause },
    })
  })

  test('a handler that has thrown RetryLater five times: the event is kept, and what it threw is told', async () => {
    const cause = new RetryLater('order not stored yet')
    const { deliver } = setUp(
      () => {
        throw cause
      },
      { store: sqliteStore(new Database(':memory:'), { allowVolatile: true }) },
    )
    for (let run = 0; run < 4; run++) expect((await deliver()).kind).toBe('retry_later')
    expect(await deliver()).toMatchObject({ kind: 'kept', attempt: 5, error: { code: 'HANDLER_RETRY_LATER', cause } })
  })

  test('concurrent duplicates in one process share one run and its success', async () => {
    const handler = jest.fn<Handler>(() => settled().then(() => undefined))
    const { deliver } = setUp(handler)
    const kinds = (await Promise.all(Array.from({ length: 100 }, () => deliver()))).map(({ kind }) => kind)
    expect(handler).toHaveBeenCalledTimes(1)
    expect(kinds.filter((kind) => kind === 'handled')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'duplicate')).toHaveLength(99)
  })

  test('concurrent duplicates share a failure too, and the next delivery tries again', async () => {
    const handler = jest.fn<Handler>(async () => {
      await settled()
      throw new Error('no')
    })
    const { deliver } = setUp(handler)
    const kinds = (await Promise.all([deliver(), deliver(), deliver()])).map(({ kind }) => kind)
    expect(kinds).toEqual(['failed', 'failed', 'failed'])
    await deliver()
    expect(handler).toHaveBeenCalledTimes(2)
  })

  test('the same id with other content at the same moment is a conflict, not a duplicate', async () => {
    const handler = jest.fn<Handler>(() => settled().then(() => undefined))
    const { deliver, errors } = setUp(handler)
    const other = JSON.stringify(sample('crypto-gateway', 'transaction.confirmed', { data: { amount: '900.50' } }))
    const [first, second] = await Promise.all([deliver(), deliver(other)])
    expect([first.kind, second.kind]).toEqual(['handled', 'unusable'])
    expect(handler).toHaveBeenCalledTimes(1)
    expect(errors[0]![1]).toMatchObject({ outcome: 'unusable', body: Buffer.from(other) })
  })

  test('an event without a handler is remembered and acknowledged', async () => {
    const { deliver } = setUp(() => {})
    const detected = JSON.stringify(sample('crypto-gateway', 'transaction.detected'))
    expect((await deliver(detected)).kind).toBe('unhandled')
    expect((await deliver(detected)).kind).toBe('duplicate')
  })

  test('an authentic body that cannot be used reaches onError whole', async () => {
    const { deliver, errors } = setUp(() => {})
    expect((await deliver('{"event":')).kind).toBe('unusable')
    expect(errors[0]![1].body).toEqual(Buffer.from('{"event":'))
  })

  test('what onOutcome gets counts every delivery, with its event', async () => {
    const { deliver, reports } = setUp(() => {})
    const { event } = await deliver()
    await deliver()
    await deliver('[]')
    expect(reports.map(({ outcome, code, eventId }) => [outcome, code, eventId])).toEqual([
      ['handled', null, event!.id],
      ['duplicate', null, event!.id],
      ['unusable', 'PAYLOAD_INVALID', null],
    ])
    expect(reports[0]).toMatchObject({
      eventType: 'transaction.confirmed',
      orderId: 'ORDER-1001',
      attempt: 1,
      secretIndex: null,
      durationMs: expect.any(Number),
    })
  })

  test('an onError that throws changes nothing about the outcome', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { deliver } = setUp(
      () => {
        throw new Error('handler')
      },
      {
        onError: () => {
          throw new Error('reporting is down')
        },
      },
    )
    expect((await deliver()).kind).toBe('failed')
    expect(warn.mock.calls).toEqual([['onError threw: reporting is down', 'PaymentWebhookWarning']])
    warn.mockRestore()
  })

  test('the same options object with another provider keeps the providers apart', async () => {
    const handled: string[] = []
    const options = { store: memoryStore(), on: { 'transaction.confirmed': () => void handled.push('once') } }
    const body = Buffer.from(confirmed)
    for (const secret of ['whsec_first_7d1f0b92c4', 'whsec_other_80c3e5a176']) {
      const one = cryptoGateway({ secret })
      await createReceiver(one, options).receive({ body, headers: one.sign(body).headers })
    }
    expect(handled).toEqual(['once'])
  })

  test('of a mounted webhook is another door to that webhook', async () => {
    const provider = cryptoGateway({ secret: 'whsec_first_7d1f0b92c4' })
    const webhook = paymentWebhook(provider, { store: memoryStore(), on: {}, onError: () => {} })
    const body = Buffer.from(confirmed)
    const deliverIt = () => webhook.receive({ body, headers: provider.sign(body).headers })
    expect((await deliverIt()).kind).toBe('unhandled')
    await webhook.close()
    expect(await deliverIt()).toMatchObject({ kind: 'retry_later', error: { code: 'SHUTTING_DOWN' } })
  })

  test('deliveries of two providers in turn, with one options object, share what is in flight with those of their own', async () => {
    let runs = 0
    let finish = () => {}
    const finished = new Promise<void>((resolve) => (finish = resolve))
    const handler = () => {
      runs++
      return finished
    }
    const store: Store = memoryStore()
    const options = { store, on: { 'transaction.confirmed': handler } }
    const claim = jest.spyOn(store, 'claim')
    const body = Buffer.from(confirmed)
    const accounts = ['whsec_first_7d1f0b92c4', 'whsec_other_80c3e5a176'].map((secret, at) => ({
      ...cryptoGateway({ secret }),
      account: `account-${at}`,
    }))
    const receivers = accounts.map((one) => createReceiver(one, options))
    const deliveries = [0, 1, 0, 1].map((at) =>
      receivers[at]!.receive({ body, headers: accounts[at]!.sign(body).headers }),
    )
    finish()
    expect((await Promise.all(deliveries)).map(({ kind }) => kind)).toEqual([
      'handled',
      'handled',
      'duplicate',
      'duplicate',
    ])
    expect([runs, claim.mock.calls.length]).toEqual([2, 2])
  })
})

describe('receive with a durable store', () => {
  test('an authentic but unusable delivery is kept and acknowledged', async () => {
    const kept: unknown[] = []
    const { deliver } = setUp(() => {}, {
      store: { ...memoryStore(), quarantine: (delivery) => void kept.push(delivery) },
    })
    expect(await deliver('[1]')).toMatchObject({ kind: 'quarantined', error: { code: 'PAYLOAD_INVALID' } })
    expect(kept).toEqual([
      {
        key: expect.stringMatching(/^[\w-]{43}$/),
        provider: 'crypto-gateway',
        account: '',
        eventId: null,
        orderId: null,
        code: 'PAYLOAD_INVALID',
        message: expect.any(String),
        body: Buffer.from('[1]'),
        headers: {},
      },
    ])
  })

  test('one that cannot be kept is not acknowledged', async () => {
    const { deliver } = setUp(() => {}, {
      store: { ...memoryStore(), quarantine: () => Promise.reject(new Error('disk full')) },
    })
    expect(await deliver('[1]')).toMatchObject({
      kind: 'retry_later',
      error: { code: 'STORE_UNAVAILABLE', message: "the store's quarantine failed" },
    })
  })
})
