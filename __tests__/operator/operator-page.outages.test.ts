/**
 * The page while its store, or its queue, does not answer: over a socket, with a clock on which seconds pass in milliseconds
 * until it answers again.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { OperatorAction } from 'express-payment-webhooks/operator'
import type { DurableStore } from 'express-payment-webhooks'
import { clock, setClock } from '../../src/lib/clock.js'
import { claimRequest } from '../support/claim-request.js'
import { openOperatorPage } from '../support/operator-page.js'

const FASTER = 100
/** After recovery: a busy machine may take a tenth of a second to answer. */
const SLOWER = 10

const system = clock
let speed = FASTER
let [passed, since] = [0, system.monotonic()]
const monotonic = () => passed + (system.monotonic() - since) * speed

/** From now on. */
function runClock(at: number): void {
  ;[passed, since] = [monotonic(), system.monotonic()]
  speed = at
}

beforeAll(() => {
  setClock({ ...system, monotonic, setTimeout: (fire, ms) => system.setTimeout(fire, ms / speed) })
})
beforeEach(() => runClock(FASTER))
afterAll(() => setClock())

const unhandled: unknown[] = []
const note = (error: unknown) => void unhandled.push(error)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

type Call = 'listEvents' | 'getEvent' | 'countEvents' | 'replay' | 'dismiss' | 'removeQuarantined'

/** From a given moment on, one call of this store never settles, or rejects when the test lets it go. */
function hanging(store: DurableStore) {
  const hung: { call: Call | null; after: number } = { call: null, after: 0 }
  const givenUp: ((error: Error) => void)[] = []
  const wrapped = new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (name !== hung.call || hung.after-- > 0) return value.apply(target, args)
        return new Promise((_resolve, reject) => void givenUp.push(reject))
      }
    },
  })
  return {
    store: wrapped,
    hang: (call: Call, after = 0) => Object.assign(hung, { call, after }),
    letGo() {
      runClock(SLOWER)
      hung.call = null
      for (const reject of givenUp.splice(0)) reject(new Error('the connection is closed'))
    },
  }
}

async function openHanging() {
  const base = await openOperatorPage({ authorize: () => true })
  const actions: OperatorAction[] = []
  const { store, hang, letGo } = hanging(base.store)
  const page = await openOperatorPage({
    authorize: () => 'Ada',
    stores: { main: store },
    onAction: (action) => void actions.push(action),
  })
  opened.push(base, page)
  const event = claimRequest({ eventId: 'acme:1', orderId: 'ORDER-7' })
  await base.store.claim(event)
  const kept = { form: 'delivery', body: Buffer.from('{}'), headers: {}, retryInMs: null, isAccepted: true } as const
  await base.store.release(event.key, event.token, 'why', 'failed', kept)
  const delivery = {
    key: 'd'.repeat(43),
    provider: 'acme',
    account: '',
    eventId: null,
    orderId: 'ORDER-7',
    code: 'PAYLOAD_INVALID',
    message: 'why',
    body: Buffer.from('{}'),
    headers: {},
  }
  await base.store.quarantine(delivery)
  const browser = page.browser()
  const [ofEvent, ofDelivery] = [await browser.token(event.key), await browser.token(delivery.key)]
  const replay = () => browser.post('/replay', { key: event.key, token: ofEvent })
  const dismiss = () => browser.post('/dismiss', { key: delivery.key, token: ofDelivery, confirmed: 'yes' })
  const dismissEvent = () => browser.post('/dismiss', { key: event.key, token: ofEvent, confirmed: 'yes' })
  return { browser, actions, hang, letGo, event: event.key, delivery: delivery.key, replay, dismiss, dismissEvent }
}

type Open = Awaited<ReturnType<typeof openHanging>>

describe('a store that does not answer', () => {
  const LOOKS: readonly (readonly [string, Call, number, (page: Open) => string])[] = [
    ['the list', 'listEvents', 0, () => '/'],
    ['the counts', 'countEvents', 0, () => '/'],
    ['a search by order', 'listEvents', 0, () => '/?q=ORDER-7'],
    ['a search by key', 'getEvent', 0, () => '/?q=ORDER-7'],
    ['an event', 'getEvent', 0, ({ event }) => `/event?key=${event}`],
    ['an event that is kept elsewhere', 'getEvent', 1, ({ event }) => `/event?key=nothing&of=${event}`],
    ['deliveries of an event', 'listEvents', 0, ({ event }) => `/event?key=${event}`],
    ['the question before a dismissal', 'getEvent', 0, ({ delivery }) => `/dismiss?key=${delivery}`],
  ]
  test.each(LOOKS)('for %s: %s', async (_what, call, after, view) => {
    const page = await openHanging()
    page.hang(call, after)
    const { status, text } = await page.browser.get(view(page))
    expect(status).toBe(503)
    expect(text).toMatch(/did not answer within 10 seconds\. Look whether it\s+is up/)
    expect(text).not.toContain('Open the event')
    page.letGo()
    expect((await page.browser.get(view(page))).status).toBe(200)
    expect(unhandled).toEqual([])
  })

  const ACTS: readonly (readonly [string, Call, number, 'replay' | 'dismiss' | 'dismissEvent', isAsked: boolean])[] = [
    ['before a replay', 'getEvent', 0, 'replay', false],
    ['for a replay', 'replay', 0, 'replay', true],
    ['while a replay is waited for', 'getEvent', 1, 'replay', true],
    ['before a dismissal', 'getEvent', 0, 'dismiss', false],
    ['for a dismissal', 'removeQuarantined', 0, 'dismiss', true],
    ['for the dismissal of an event', 'dismiss', 0, 'dismissEvent', true],
  ]
  test.each(ACTS)('%s: %s', async (_when, call, after, act, isAsked) => {
    const page = await openHanging()
    page.hang(call, after)
    const { status, text } = await page[act]()
    expect(status).toBe(503)
    expect(text.includes('not known whether what you asked for was done')).toBe(isAsked)
    expect(text.includes('Open the event')).toBe(isAsked)
    expect(page.actions.map(({ kind, operator, result }) => [kind, operator, result])).toEqual(
      isAsked ? [[act === 'replay' ? 'replay' : 'dismiss', 'Ada', 'unknown']] : [],
    )
    page.letGo()
    const after503 = await page[act]()
    expect(after503.status).toBe(303)
    expect((await page.browser.get('/')).text.includes('did not say whether it was made')).toBe(isAsked)
    expect(unhandled).toEqual([])
  })
})

describe('a queue', () => {
  test.each([
    ['that hangs', () => new Promise<never>(() => {})],
    ['that is away', () => Promise.reject(new Error('away'))],
  ])('%s hides nothing of what came', async (_how, counts) => {
    const page = await openOperatorPage({ authorize: () => true, queue: { counts } })
    opened.push(page)
    const { status, text } = await page.browser().get('/')
    expect(status).toBe(200)
    expect(text).toContain('Nothing has come yet')
    expect(text).toContain('the number of jobs is unknown')
  })
})
