/** The page over sockets, as a browser meets it: access, search, and the actions of its forms. */
import { afterEach, describe, expect, test } from '@jest/globals'
import type { DurableStore } from 'express-payment-webhooks'
import { operatorPage, type OperatorAction } from 'express-payment-webhooks/operator'
import { memoryStore } from 'express-payment-webhooks'
import { signedRequest } from 'express-payment-webhooks/testing'
import { claimRequest } from '../support/claim-request.js'
import { hmacProvider, VALID } from '../support/hmac-provider.js'
import { authorizeByHeader, HOSTS, openFailingShop, openOperatorPage } from '../support/operator-page.js'

type Open = Awaited<ReturnType<typeof openOperatorPage>>

const opened: { close(): unknown }[] = []
const open = async (...args: Parameters<typeof openOperatorPage>): Promise<Open> => {
  const page = await openOperatorPage(...args)
  opened.push(page)
  return page
}
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

/** A failed event with the data for its next run, and a quarantined delivery, both about ORDER-7. */
async function fill(store: DurableStore, text = 'ORDER-7') {
  const event = claimRequest({ eventId: `acme:${text}`, orderId: text, paymentId: `pay ${text}`, amount: '10 EUR' })
  await store.claim(event)
  const kept = { form: 'delivery', body: Buffer.from(`{"a":"${text}"}`), headers: { 'x-id': text } } as const
  await store.release(event.key, event.token, `error ${text}`, 'failed', { ...kept, retryInMs: null, isAccepted: true })
  const delivery = {
    key: 'd'.repeat(43),
    provider: 'acme',
    account: text,
    eventId: null,
    orderId: text,
    code: 'PAYLOAD_INVALID',
    message: `message ${text}`,
    body: Buffer.from(text),
    headers: {},
  }
  await store.quarantine(delivery)
  return { event: event.key, delivery: delivery.key }
}

describe.each(HOSTS)('on %s', (_name, host) => {
  test('finds what came for an order, shows it, and dismisses a delivery that was confirmed twice', async () => {
    const page = await open({ authorize: () => 'Ada' }, host)
    const { event, delivery } = await fill(page.store)
    const browser = page.browser()
    const found = await browser.get('/?q=ORDER-7')
    expect(found.status).toBe(200)
    expect(found.text).toContain('What came for ORDER-7')
    for (const key of [event, delivery]) expect(found.text).toContain(`href="${page.path}/event?key=${key}"`)
    const token = await browser.token(delivery)
    const asked = await browser.post('/dismiss', { key: delivery, token })
    expect((await browser.follow(asked)).text).toContain('Dismiss this delivery?')
    expect(await page.store.getEvent(delivery)).not.toBeNull()
    const dismissed = await browser.follow(await browser.post('/dismiss', { key: delivery, token, confirmed: 'yes' }))
    expect(dismissed.text).toContain('The delivery is dismissed. It was deleted with its body.')
    expect(await page.store.getEvent(delivery)).toBeNull()
    expect((await browser.get('/')).text).toMatch(/<strong>Ada<\/strong> dismissed it/)
  })

  test('leaves other paths to the application', async () => {
    const page = await open({ authorize: () => true }, host)
    expect((await page.browser().ask('GET', '/elsewhere')).status).toBe(404)
    expect((await page.browser().get('/nothing')).status).toBe(404)
  })

  test('says in a line of text that it takes no such method', async () => {
    const page = await open({ authorize: () => true }, host)
    const { status, text } = await page.browser().ask('PUT', `${page.path}/`)
    expect([status, text]).toEqual([405, 'This address does not take such a request.\n'])
  })
})

test('finds what names a payment of the order alone, and nothing of another order', async () => {
  const page = await open({ authorize: () => true })
  const claims = [
    { eventId: 'acme:paid', orderId: 'ORDER-7' },
    { eventId: 'acme:refund' },
    { eventId: 'acme:of-another-order', orderId: 'ORDER-8' },
    { eventId: 'ohm:of-another-provider', provider: 'ohm' },
  ]
  for (const fields of claims)
    await page.store.claim(claimRequest({ paymentId: 'pay_7', key: fields.eventId, ...fields }))
  const { text } = await page.browser().get('/?q=ORDER-7')
  const keys = [...text.matchAll(/event\?key=([^"&]+)/g)].map(([, key]) => decodeURIComponent(key!))
  expect(keys.sort()).toEqual(['acme:paid', 'acme:refund'])
})

describe('who is not let in', () => {
  test.each([[false], [null], [undefined], ['']])(
    '%j is answered 403 with a line of text, whatever is there',
    async (answer) => {
      const page = await open({ authorize: async () => answer })
      const { event } = await fill(page.store)
      for (const view of ['/', '/?q=ORDER-7', `/event?key=${event}`, '/nothing']) {
        const { status, text, headers } = await page.browser().get(view)
        expect([view, status, headers['set-cookie'], headers['content-type']]).toEqual([
          view,
          403,
          undefined,
          'text/plain; charset=utf-8',
        ])
        expect(text).toBe(
          'This page is for operators of the shop, and the shop does not know you as one. Log in there, then open it again.\n',
        )
      }
      expect((await page.browser().post('/replay', { key: event })).status).toBe(403)
    },
  )

  test('an error, or an answer that is neither a name nor true, is an error of the application', async () => {
    for (const authorize of [
      () => {
        throw new Error('no session store')
      },
      () => ({ name: 'Ada' }) as unknown as string,
    ]) {
      const page = await open({ authorize })
      const { status, text } = await page.browser().get('/')
      expect(status).toBe(500)
      expect(text).not.toContain('What came')
    }
  })
})

describe('a form', () => {
  const FORGED: [string, (page: Open) => Record<string, string>][] = [
    ['of another origin', () => ({ origin: 'https://evil.example' })],
    ['of a frame without an origin', () => ({ origin: 'null' })],
    ['of another site, as the browser says', ({ origin }) => ({ origin, 'sec-fetch-site': 'cross-site' })],
    ['of a neighbour below the same domain', ({ origin }) => ({ origin, 'sec-fetch-site': 'same-site' })],
    ['of nobody who says where it is from', () => ({ referer: 'https://evil.example' })],
    ['in another type', ({ origin }) => ({ origin, 'content-type': 'text/plain' })],
  ]
  test.each(FORGED)('%s does nothing, even with the token', async (_name, headersFor) => {
    const page = await open({ authorize: () => true })
    const { event, delivery } = await fill(page.store)
    const browser = page.browser()
    const token = await browser.token(event)
    const before = [await page.store.getEvent(event), await page.store.getEvent(delivery)]
    for (const [view, key] of [
      ['/replay', event],
      ['/dismiss', delivery],
    ] as const) {
      const { status } = await browser.post(view, { key, token, confirmed: 'yes' }, headersFor(page))
      expect(status).toBe(403)
    }
    expect([await page.store.getEvent(event), await page.store.getEvent(delivery)]).toEqual(before)
  })

  test('with the token of another browser, of another operator, of a link, or without one does nothing', async () => {
    const page = await open({ authorize: authorizeByHeader as () => string })
    const { event, delivery } = await fill(page.store)
    const own = page.browser()
    const as = (name: string) => ({ origin: page.origin, 'x-operator': name })
    const tokenOf = async (browser: typeof own, name: string) => {
      const { text } = await browser.get(`/event?key=${event}`, { 'x-operator': name })
      return /name="token" value="([^"]+)"/.exec(text)![1]!
    }
    const token = await tokenOf(own, 'Ada')
    const foreign = await tokenOf(page.browser(), 'Ada')
    const before = await page.store.getEvent(delivery)
    for (const fields of [{}, { token: '' }, { token: foreign }, { token: `${token}A` }]) {
      const { status, text } = await own.post('/dismiss', { key: delivery, confirmed: 'yes', ...fields }, as('Ada'))
      expect([status, text.includes('Nothing was done')]).toEqual([403, true])
    }
    expect((await own.post('/dismiss', { key: delivery, confirmed: 'yes', token }, as('Eve'))).status).toBe(403)
    expect((await own.get(`/dismiss?key=${delivery}&confirmed=yes&token=${token}`, as('Ada'))).status).toBe(200)
    expect(await page.store.getEvent(delivery)).toEqual(before)
    expect((await own.post('/dismiss', { key: delivery, confirmed: 'yes', token }, as('Ada'))).status).toBe(303)
  })

  test('that is too long is not read to its end', async () => {
    const page = await open({ authorize: () => true })
    const { event } = await fill(page.store)
    const browser = page.browser()
    const token = await browser.token(event)
    const { status } = await browser.post('/replay', { key: event, token, more: 'x'.repeat(20_000) })
    expect(status).toBe(403)
    expect((await page.store.getEvent(event))?.dueAt).toBeNull()
  })

  test('of a proxy that changes the host counts by the origins that are named', async () => {
    const page = await open({ authorize: () => true, origins: ['https://shop.example'] })
    const { delivery } = await fill(page.store)
    const browser = page.browser()
    const fields = { key: delivery, token: await browser.token(delivery), confirmed: 'yes' }
    expect((await browser.post('/dismiss', fields)).status).toBe(403)
    expect((await browser.post('/dismiss', fields, { origin: 'https://shop.example' })).status).toBe(303)
  })

  test('sends a cookie that no script and no other site gets', async () => {
    const page = await open({ authorize: () => true })
    const { event } = await fill(page.store)
    const { headers } = await page.browser().event(event)
    expect(headers['set-cookie']![0]).toMatch(/^payment-operator=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    const secure = await page.browser().get(`/event?key=${event}`, { 'x-forwarded-proto': 'https' })
    expect(secure.headers['set-cookie']![0]).toMatch(/^__Host-payment-operator=.*; SameSite=Strict; Secure$/)
  })
})

describe('a replay', () => {
  test('of a failed event is shown: failed again, then handled, and named in the audit', async () => {
    const actions: OperatorAction[] = []
    const page = await open({ authorize: () => 'Ada', onAction: (action) => void actions.push(action) })
    const shop = openFailingShop(page.store)
    opened.push(shop.webhook)
    const { headers, body } = signedRequest(hmacProvider(), VALID)
    await shop.webhook.receive({ headers, body })
    const [failed] = await page.store.listEvents({ orderId: VALID.order_id })
    const browser = page.browser()
    const token = await browser.token(failed!.key)
    const replay = async () => (await browser.follow(await browser.post('/replay', { key: failed!.key, token }))).text
    expect(await replay()).toContain('It was replayed and failed again, for the reason below.')
    expect(await replay()).toContain('the order is not stored')
    shop.isFixed = true
    expect(await replay()).toContain('The event was replayed and handled.')
    expect(shop.handled).toBe(1)
    expect(actions.map(({ operator, result }) => [operator, result])).toEqual([
      ['Ada', 'failed'],
      ['Ada', 'failed'],
      ['Ada', 'handled'],
    ])
    expect(await replay()).toContain('Nothing was replayed')
    expect((await browser.get('/')).text).toMatch(/<strong>Ada<\/strong> had it run again: it is handled/)
  }, 60_000)

  test('that no shop takes up is said to be under way', async () => {
    const page = await open({ authorize: () => true })
    const { delivery } = await fill(page.store)
    const browser = page.browser()
    const answer = await browser.post('/replay', { key: delivery, token: await browser.token(delivery) })
    expect((await browser.follow(answer)).text).toMatch(/no shop has run it yet.*if it has a queue, a worker too/s)
    expect((await page.store.getEvent(delivery))?.state).toBe('replay_requested')
  })
})

describe('a failed event that nobody can handle', () => {
  test('is dismissed after a second question, which says what follows, and is then listed as dismissed', async () => {
    const actions: OperatorAction[] = []
    const page = await open({ authorize: () => 'Ada', onAction: (action) => void actions.push(action) })
    const { event } = await fill(page.store)
    const browser = page.browser()
    expect((await browser.event(event)).text).toContain(`href="${page.path}/dismiss?key=${event}"`)
    const token = await browser.token(event)
    const asked = (await browser.follow(await browser.post('/dismiss', { key: event, token }))).text
    for (const said of [
      'Dismiss this event?',
      'Its handler will not run.',
      'A later delivery of the same event is acknowledged and ignored.',
      'It stays listed as done, marked as dismissed.',
      'ORDER-7',
      '10 EUR',
    ])
      expect(asked).toContain(said)
    expect((await page.store.getEvent(event))?.state).toBe('failed')
    const dismiss = () => browser.post('/dismiss', { key: event, token, confirmed: 'yes' })
    const dismissed = (await browser.follow(await dismiss())).text
    expect(dismissed).toContain('The event is dismissed.')
    expect(dismissed).not.toMatch(/href="[^"]*\/dismiss/)
    expect(await page.store.getEvent(event)).toMatchObject({ state: 'done', code: 'DISMISSED', keptAs: null })
    expect((await browser.get('/?state=done')).text).toContain('Done: dismissed')
    expect((await dismiss()).status).toBe(404)
    expect(actions.map(({ kind, result, key }) => [kind, result, key])).toEqual([['dismiss', 'dismissed', event]])
  })

  test('is dismissed as well if nothing is kept to run it again', async () => {
    const page = await open({ authorize: () => true })
    const claim = claimRequest({ eventId: 'acme:gone' })
    await page.store.claim(claim)
    await page.store.release(claim.key, claim.token, 'no such order')
    const browser = page.browser()
    const { text } = await browser.event(claim.key)
    expect(text).toContain('/dismiss?key=')
    expect(text).not.toContain('Run it again')
    const asked = await browser.get(`/dismiss?key=${claim.key}`)
    expect(asked.text).not.toContain('kept copy')
    const token = /name="token" value="([^"]*)"/.exec(asked.text)![1]!
    expect((await browser.post('/dismiss', { key: claim.key, token, confirmed: 'yes' })).status).toBe(303)
    expect((await page.store.getEvent(claim.key))?.code).toBe('DISMISSED')
  })

  test.each(['processing', 'done'])('is not dismissed once it is %s', async (state) => {
    const page = await open({ authorize: () => true })
    const { event } = await fill(page.store)
    const browser = page.browser()
    const token = await browser.token(event)
    const second = claimRequest({ key: event, token: 'second' })
    expect((await page.store.claim(second)).state).toBe('claimed')
    if (state === 'done') await page.store.complete(event, 'second')
    expect((await browser.get(`/dismiss?key=${event}`)).status).toBe(404)
    const { status, text } = await browser.post('/dismiss', { key: event, token, confirmed: 'yes' })
    expect([status, text.includes('There is no failed event and no quarantined delivery')]).toEqual([404, true])
    expect(await page.store.getEvent(event)).toMatchObject({ state, code: null })
  })
})

describe('what is shown', () => {
  test('cannot bring its own elements, in any field of any view', async () => {
    const hostile = '"><img src=x onerror=alert(1)>\u202e'
    const page = await open({ authorize: () => hostile, stores: undefined })
    const { event, delivery } = await fill(page.store, hostile)
    const browser = page.browser()
    const text = new URLSearchParams({ q: hostile, provider: hostile, state: hostile, since: hostile, before: hostile })
    const q = new URLSearchParams({ q: hostile })
    for (const view of [
      `/?${text}`,
      `/?${q}`,
      `/event?key=${event}`,
      `/event?key=${delivery}`,
      `/dismiss?key=${delivery}`,
      `/dismiss?key=${event}`,
    ]) {
      const { status, text: shown } = await browser.get(view)
      expect(status).toBe(200)
      expect(shown).not.toContain('<img')
      expect(shown).not.toMatch(/[\u202e]/)
    }
    expect((await browser.get(`/?${q}`)).text).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;\\u202e')
  })

  test('links an order to where the shop shows it, and to nothing that runs', async () => {
    const page = await open({ authorize: () => true, orderUrl: (id) => `/desk?order=${id}` })
    const { event } = await fill(page.store)
    expect((await page.browser().event(event)).text).toContain('href="/desk?order=ORDER-7"')
    const other = await open({ authorize: () => true, orderUrl: () => 'javascript:alert(1)' })
    expect((await other.browser().event((await fill(other.store)).event)).text).not.toContain('javascript:')
  })

  test('is 50 records a page, each of them once', async () => {
    const page = await open({ authorize: () => true })
    for (let at = 0; at < 120; at++) await page.store.claim(claimRequest({ orderId: 'ORDER-7' }))
    const browser = page.browser()
    for (const first of ['/', '/?q=ORDER-7']) {
      const keys: string[] = []
      const lengths: number[] = []
      for (let view: string | undefined = first; view !== undefined;) {
        const { text } = await browser.get(view)
        const found = [...text.matchAll(/event\?key=([\w-]{43})/g)].map(([, key]) => key!)
        keys.push(...found)
        lengths.push(found.length)
        view = /href="[^"]*(\/\?[^"]*before=[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
      }
      expect([lengths, new Set(keys).size]).toEqual([[50, 50, 20], 120])
    }
  })

  test('counts each state and the queue, and narrows by state, provider and time', async () => {
    const queue = { counts: async () => ({ waiting: 3, active: 1, failed: 0 }) }
    const page = await open({ authorize: () => true, queue })
    const { event, delivery } = await fill(page.store)
    const browser = page.browser()
    const { text } = await browser.get('/')
    expect(text).toMatch(/Failed <strong>1<\/strong>/)
    expect(text).toContain('<strong>3</strong> waiting')
    const keysOf = async (view: string) =>
      [...(await browser.get(view)).text.matchAll(/event\?key=([\w-]{43})/g)].map(([, key]) => key)
    expect(await keysOf('/?state=failed')).toEqual([event])
    expect(await keysOf('/?state=quarantined&q=ORDER-7')).toEqual([delivery])
    expect(await keysOf('/?provider=nobody')).toEqual([])
    expect(await keysOf(`/?q=${event}`)).toEqual([event])
    expect(await keysOf('/?since=1h&provider=acme')).toHaveLength(2)
  })

  test('finds an event by the id that its provider shows', async () => {
    const page = await open({ authorize: () => true })
    const event = claimRequest({ eventId: 'stripe:test.charge.succeeded:evt_3Tq8', provider: 'stripe' })
    await page.store.claim(event)
    const keysAt = async (view: string) =>
      [...(await page.browser().get(view)).text.matchAll(/event\?key=([^"]+)"/g)].map(([, key]) => key)
    expect(await keysAt('/?q=evt_3Tq8')).toEqual([event.key])
    expect(await keysAt('/?q=evt_3Tq8&provider=acme')).toEqual([])
    expect(await keysAt('/?q=evt_3Tq')).toEqual([])
  })

  test('finds a failed event by an id in what is kept of it', async () => {
    const page = await open({ authorize: () => true })
    const event = claimRequest({ eventId: 'stripe:evt_9', provider: 'stripe' })
    await page.store.claim(event)
    const body = Buffer.from('{"id":"re_9Tq8"}')
    const kept = { form: 'delivery', body, headers: {}, retryInMs: null, isAccepted: false } as const
    await page.store.release(event.key, event.token, 'the handler threw', 'failed', kept)
    expect((await page.browser().get('/?q=re_9Tq8')).text).toContain(`event?key=${event.key}`)
    const { text } = await page.browser().get('/?q=re_8Tq8')
    expect(text.replace(/\s+/g, ' ')).toContain(
      'A handled refund, charge or dispute is found by its event, its payment',
    )
  })

  test('says so where there is nothing', async () => {
    const page = await open({ authorize: () => true })
    const browser = page.browser()
    expect((await browser.get('/')).text).toContain('Nothing has come yet')
    expect((await browser.get('/?q=ORDER-9')).text).toContain('Nothing was found for')
    expect((await browser.get('/event?key=nothing')).status).toBe(404)
  })

  test('tells browsers to run nothing, frame nothing and keep nothing', async () => {
    const page = await open({ authorize: () => true })
    const { headers, text } = await page.browser().get('/')
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    )
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect(text).not.toMatch(/<script|style="|onclick/)
  })

  test('of several stores is one at a time', async () => {
    const other = await open({ authorize: () => true })
    const { event } = await fill(other.store)
    const empty = await open({ authorize: () => true })
    const page = await open({ authorize: () => true, stores: { main: empty.store, asia: other.store } })
    const browser = page.browser()
    expect((await browser.get('/')).text).not.toContain(event)
    const { text } = await browser.get('/?store=asia&q=ORDER-7')
    expect(text).toContain(`/event?store=asia&amp;key=${event}`)
    expect((await browser.get(`/event?store=asia&key=${event}`)).text).toContain(
      'action="/operator/payments/replay?store=asia"',
    )
  })
})

describe('options', () => {
  const store = { ...memoryStore() } as unknown as DurableStore
  test.each([
    [{}, /authorize must be a function/],
    [{ authorize: () => true }, /either store or stores/],
    [{ authorize: () => true, store, stores: {} }, /either store or stores/],
    [{ authorize: () => true, store }, /must be durable/],
    [{ authorize: () => true, stor: store }, /unknown option "stor"/],
  ])('%j is refused', (options, message) => {
    expect(() => operatorPage(options as never)).toThrow(message)
  })
})
