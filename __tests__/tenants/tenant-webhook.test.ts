import { afterEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import express4 from 'express4'
import { cityPay, type ClaimRequest, type Provider } from 'express-payment-webhooks'
import { tenantWebhook } from 'express-payment-webhooks/tenants'
import { bodyOf, hmacProvider, SECRET } from '../support/hmac-provider.js'
import { openTenantShop, secretOf, secretsOf, type TenantShop, type TenantShopOptions } from '../support/tenant-shop.js'
import { recordingStore } from '../support/recording-store.js'

const shops: TenantShop[] = []
afterEach(async () => {
  for (const shop of shops.splice(0)) await shop.close()
})

async function open(options: TenantShopOptions = {}): Promise<TenantShop> {
  const shop = await openTenantShop(options)
  shops.push(shop)
  return shop
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('a platform on %s', (_, framework) => {
  test.each<[string, TenantShopOptions['mount']]>([
    ['app.use', (app, webhook) => void app.use('/hooks/:merchant', webhook)],
    ['app.post', (app, webhook) => void app.post('/hooks/:merchant', webhook)],
  ])('has the events of each merchant handled as that merchant, by %s', async (_name, mount) => {
    const shop = await open({ app: framework(), mount: mount! })
    expect((await shop.deliver('acme')).status).toBe(200)
    expect((await shop.deliver('bolt')).status).toBe(200)
    expect((await shop.deliver('acme')).status).toBe(200)
    expect(shop.handled).toEqual([
      { account: 'acme', id: 'hmac:evt_1', attempt: 1 },
      { account: 'bolt', id: 'hmac:evt_1', attempt: 1 },
    ])
    expect(shop.lookUps).toEqual(['acme', 'bolt'])
    expect(shop.outcomes.map(({ account, outcome }) => [account, outcome])).toEqual([
      ['acme', 'handled'],
      ['bolt', 'handled'],
      ['acme', 'duplicate'],
    ])
  })

  test('passes on what is below a merchant’s address', async () => {
    const shop = await open({ app: framework() })
    expect((await shop.request('POST /hooks/acme/more')).status).toBe(404)
    expect(shop.lookUps).toEqual([])
  })
})

describe('another merchant', () => {
  test('who signs the id of a merchant’s event with his own secret changes nothing for that merchant', async () => {
    const store = recordingStore()
    const shop = await open({ store })
    await shop.deliver('bolt', { body: bodyOf({ amount: '1.00' }) })
    expect((await shop.deliver('acme')).status).toBe(200)
    expect(shop.handled.map(({ account }) => account)).toEqual(['bolt', 'acme'])
    expect(shop.errors).toEqual([])
    const claims = store.calls.filter(({ method }) => method === 'claim').map(({ args }) => args[0] as ClaimRequest)
    expect(claims.map(({ account, eventId }) => [account, eventId])).toEqual([
      ['bolt', 'hmac:evt_1'],
      ['acme', 'hmac:evt_1'],
    ])
    expect(new Set(claims.map(({ key }) => key)).size).toBe(2)
  })

  test('who has the same secret changes nothing either', async () => {
    const shop = await open({ secrets: new Map([['acme', SECRET], ['bolt', SECRET]]) }) // prettier-ignore
    await shop.deliver('bolt')
    await shop.deliver('acme')
    expect(shop.handled.map(({ account }) => account)).toEqual(['bolt', 'acme'])
    expect(shop.errors).toEqual([])
  })

  test('is refused at the merchant’s address', async () => {
    const shop = await open()
    expect((await shop.deliver('acme', { secret: secretOf('bolt') })).status).toBe(401)
    expect(shop.handled).toEqual([])
    expect(shop.errors[0]).toMatchObject({ error: { code: 'AUTH_MISMATCH' }, details: { account: 'acme' } })
  })

  test('cannot be had by a provider that names him', async () => {
    const shop = await open({ provider: () => ({ ...hmacProvider(), account: 'bolt' }) })
    expect((await shop.deliver('acme', { secret: SECRET })).status).toBe(503)
    expect(shop.handled).toEqual([])
    expect(shop.errors[0]!.error).toMatchObject({ code: 'TENANT_UNAVAILABLE' })
    expect((shop.errors[0]!.error.cause as Error).message).toMatch(/has the account "bolt"/)
  })

  test('is the same one where a provider says whose it is', async () => {
    const shop = await open({ provider: (tenant) => ({ ...hmacProvider(), account: tenant }) })
    expect((await shop.deliver('acme', { secret: SECRET })).status).toBe(200)
    expect(shop.handled[0]).toMatchObject({ account: 'acme' })
  })
})

describe('who is no tenant', () => {
  test('is answered in every way as a forgery is', async () => {
    const shop = await open()
    const forged = await shop.deliver('acme', { secret: secretOf('forger') })
    const unknown = await shop.deliver('nobody')
    const withoutDate = ({ headers, ...answer }: typeof forged) => ({
      ...answer,
      raw: '',
      headers: { ...headers, date: '' },
    })
    expect(unknown.status).toBe(401)
    expect(withoutDate(unknown)).toEqual(withoutDate(forged))
    expect(shop.errors[1]!.error).toMatchObject({ code: 'AUTH_TENANT_UNKNOWN', message: 'there is no tenant "nobody"' })
  })

  test.each([
    ['GET', 'GET /hooks/nobody', '', 405],
    ['too large a body', 'POST /hooks/nobody', 'x'.repeat(200_000), 413],
  ])('nor does %s tell it from one', async (_, line, body, status) => {
    const shop = await open()
    expect((await shop.request(line, { body })).status).toBe(status)
    expect((await shop.request(line.replace('nobody', 'acme'), { body })).status).toBe(status)
  })

  test.each([
    ['a prototype', '__proto__'],
    ['what every object has', 'constructor'],
    ['the same', 'toString'],
    ['a way up', '%2e%2e%2fa'],
    ['dots', '..%2fa'],
    ['a line break', 'acme%0a'],
    ['a NUL', 'acme%00'],
    ['a space', 'acme%20'],
    ['an invisible letter', 'acme%E2%80%8B'],
    ['another alphabet', '%D0%B0cme'],
    ['10 KB', 'a'.repeat(10_000)],
    ['one letter too many', 'a'.repeat(129)],
  ])('is not looked up where the name is %s', async (_, name) => {
    const shop = await open()
    expect((await shop.deliver(name)).status).toBe(401)
    expect(shop.lookUps).toEqual([])
    expect(shop.errors[0]!.error).toMatchObject({ code: 'AUTH_TENANT_UNKNOWN', message: 'the request names no tenant' })
  })

  test.each<[string, TenantShopOptions['tenant']]>([
    ['undefined', () => undefined],
    ['empty', () => ''],
    ['a list', () => ['acme']],
    ['no text', () => 7 as never],
  ])('is whoever a request names that names %s', async (_, tenant) => {
    const shop = await open({ tenant: tenant! })
    expect((await shop.deliver('acme')).status).toBe(401)
    expect(shop.lookUps).toEqual([])
  })

  test('is told from one whose name could not be read', async () => {
    const shop = await open({
      tenant: () => {
        throw new Error('no such parameter')
      },
    })
    expect((await shop.deliver('acme')).status).toBe(503)
    expect(shop.errors[0]!.error).toMatchObject({ code: 'TENANT_UNAVAILABLE', cause: { message: 'no such parameter' } })
  })

  test('is a merchant who was taken away, once the platform says so', async () => {
    const secrets = secretsOf('acme')
    const shop = await open({ secrets })
    await shop.deliver('acme')
    secrets.delete('acme')
    expect((await shop.deliver('acme', { secret: secretOf('acme') })).status).toBe(200)
    shop.webhook.forget('acme')
    expect((await shop.deliver('acme')).status).toBe(401)
    secrets.set('acme', secretOf('acme'))
    expect((await shop.deliver('acme')).status).toBe(401)
    shop.webhook.forget('acme')
    expect((await shop.deliver('acme')).status).toBe(200)
  })
})

describe('a secret that is changed', () => {
  test('counts from the next delivery on, and deliveries in progress end as they began', async () => {
    const secrets = secretsOf('acme')
    let begun = () => {}
    let goOn = () => {}
    const isBegun = new Promise<void>((resolve) => (begun = resolve))
    const mayEnd = new Promise<void>((resolve) => (goOn = resolve))
    const shop = await open({
      secrets,
      handler: async ({ id }) => {
        if (id !== 'hmac:slow') return
        begun()
        await mayEnd
      },
    })
    const slow = shop.deliver('acme', { body: bodyOf({ id: 'slow' }) })
    await isBegun
    secrets.set('acme', secretOf('newer'))
    shop.webhook.forget('acme')
    const [after, old] = await Promise.all([
      shop.deliver('acme', { body: bodyOf({ id: 'after' }), secret: secretOf('newer') }),
      shop.deliver('acme', { body: bodyOf({ id: 'old' }), secret: secretOf('acme') }),
    ])
    goOn()
    expect([(await slow).status, after.status, old.status]).toEqual([200, 200, 401])
    expect(shop.handled.map(({ id }) => id)).toEqual(['hmac:after', 'hmac:slow'])
    expect(shop.errors.map(({ error }) => error.code)).toEqual(['AUTH_MISMATCH'])
    expect(await shop.webhook.health()).toMatchObject({ ok: true, loaded: 1, inProgress: 0 })
  })

  test('does not count in a look-up that began before it', async () => {
    const secrets = secretsOf('acme')
    const answers: (() => void)[] = []
    const provider = (tenant: string) => {
      const found = hmacProvider({ secret: secrets.get(tenant)! })
      return new Promise<Provider>((resolve) => answers.push(() => resolve(found)))
    }
    const shop = await open({ provider })
    const delivery = shop.deliver('acme', { secret: secretOf('newer') })
    while (answers.length === 0) await new Promise(setImmediate)
    secrets.set('acme', secretOf('newer'))
    shop.webhook.forget('acme')
    answers[0]!()
    while (answers.length === 1) await new Promise(setImmediate)
    answers[1]!()
    expect((await delivery).status).toBe(200)
  })

  test('under load loses nothing and does nothing twice', async () => {
    const secrets = secretsOf('acme')
    const shop = await open({ secrets, handler: () => new Promise((resolve) => setTimeout(resolve, 5)) })
    const ids = Array.from({ length: 60 }, (_, at) => `evt_${at}`)
    await Promise.all(
      ids.map(async (id, at) => {
        if (at % 10 === 5) {
          secrets.set('acme', secretOf(`acme-${at}`))
          shop.webhook.forget('acme')
        }
        for (let tries = 0; tries < 50; tries++) {
          const { status } = await shop.deliver('acme', { body: bodyOf({ id }) })
          if (status === 200) return
        }
        throw new Error(`${id} was never taken`)
      }),
    )
    expect(shop.handled.map(({ id }) => id).sort()).toEqual(ids.map((id) => `hmac:${id}`).sort())
    expect(shop.errors.filter(({ error }) => error.code !== 'AUTH_MISMATCH')).toEqual([])
  })
})

describe('a look-up', () => {
  test('that fails has the sender come back, is told of, and the next one finds the merchant', async () => {
    let isDown = true
    const shop = await open({
      provider: async (tenant) => {
        if (isDown) throw Object.assign(new Error('connection refused'), { config: { password: 'hunter2' } })
        return hmacProvider({ secret: secretOf(tenant) })
      },
    })
    const answer = await shop.deliver('acme')
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5'])
    expect(shop.errors[0]).toMatchObject({
      error: {
        code: 'TENANT_UNAVAILABLE',
        message: 'the look-up of tenant "acme" failed',
        cause: { message: 'connection refused' },
      },
      details: { outcome: 'retry_later' },
    })
    expect(JSON.stringify(shop.errors[0]!.error.cause)).not.toContain('hunter2')
    isDown = false
    shop.webhook.forget('acme')
    expect((await shop.deliver('acme')).status).toBe(200)
  })

  test('is made once for all deliveries that wait for it', async () => {
    const shop = await open({
      provider: async (tenant) => {
        await new Promise((resolve) => setTimeout(resolve, 50))
        return hmacProvider({ secret: secretOf(tenant) })
      },
    })
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((id) => shop.deliver('acme', { body: bodyOf({ id }) })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(shop.lookUps).toEqual(['acme'])
  })

  test.each<[string, () => Provider]>([
    ['no provider', () => ({}) as Provider],
    ['one that never emits what is handled', () => ({ ...hmacProvider(), types: ['payment.failed'] })],
    ['what every object has', () => ({})['constructor' as never]],
    ['a provider that cannot be safe', () => cityPay({ orderToken: () => null, allowedIps: ['nonsense'] })],
  ])('that answers %s has the sender come back', async (_, provider) => {
    const shop = await open({ provider: () => provider() })
    expect((await shop.deliver('acme')).status).toBe(503)
    expect(shop.errors[0]!.error.code).toBe('TENANT_UNAVAILABLE')
  })
})

describe('tenants at a time', () => {
  test('are so many, and the one that was idle for longest makes room', async () => {
    const shop = await open({ secrets: secretsOf('a', 'b', 'c'), maxLoaded: 2 })
    for (const merchant of ['a', 'b', 'a', 'c', 'a']) await shop.deliver(merchant)
    expect(shop.lookUps).toEqual(['a', 'b', 'c'])
    expect(await shop.webhook.health()).toMatchObject({ loaded: 2 })
    await shop.deliver('b')
    expect(shop.lookUps).toEqual(['a', 'b', 'c', 'b'])
  })

  test('are not forgotten while they have work', async () => {
    let goOn = () => {}
    const mayEnd = new Promise<void>((resolve) => (goOn = resolve))
    let begun = () => {}
    const isBegun = new Promise<void>((resolve) => (begun = resolve))
    const handler = async (_: unknown, { account }: { account: string }) => {
      if (account !== 'a') return
      begun()
      await mayEnd
    }
    const shop = await open({ secrets: secretsOf('a', 'b'), maxLoaded: 1, handler })
    const first = shop.deliver('a')
    await isBegun
    expect((await shop.deliver('b')).status).toBe(503)
    expect(shop.errors[0]!.error.message).toMatch(/has to wait: 1 tenants are loaded/)
    goOn()
    expect((await first).status).toBe(200)
    shop.webhook.forget('b')
    expect((await shop.deliver('b')).status).toBe(200)
  })
})

describe('closing', () => {
  test('waits for deliveries in progress, and refuses the next', async () => {
    let goOn = () => {}
    let begun = () => {}
    const mayEnd = new Promise<void>((resolve) => (goOn = resolve))
    const isBegun = new Promise<void>((resolve) => (begun = resolve))
    const shop = await open({
      handler: async () => {
        begun()
        await mayEnd
      },
    })
    const delivery = shop.deliver('acme')
    await isBegun
    expect(await shop.webhook.health()).toMatchObject({
      ok: true,
      store: 'ok',
      closing: false,
      inProgress: 1,
      loaded: 1,
    })
    const closing = shop.webhook.close()
    const refused = await Promise.all([shop.deliver('acme'), shop.deliver('bolt'), shop.deliver('nobody')])
    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503])
    expect(shop.errors.map(({ error }) => error.code)).toEqual(['SHUTTING_DOWN', 'SHUTTING_DOWN', 'SHUTTING_DOWN'])
    goOn()
    await closing
    expect((await delivery).status).toBe(200)
    expect(await shop.webhook.health()).toMatchObject({ ok: false, closing: true, inProgress: 0 })
    expect(shop.lookUps).toEqual(['acme'])
  })
})

describe('withReceiver', () => {
  test('runs with the receiver of a tenant', async () => {
    const shop = await open()
    const { body, headers } = hmacProvider({ secret: secretOf('acme') }).sign(JSON.parse(bodyOf()))
    expect(await shop.webhook.withReceiver('acme', (receiver) => receiver.receive({ body, headers }))).toMatchObject({
      kind: 'handled',
    })
    expect(shop.handled).toMatchObject([{ account: 'acme' }])
  })

  test.each(['nobody', '../a', '__proto__'])('refuses %s', async (tenant) => {
    const shop = await open()
    const use = jest.fn()
    await expect(shop.webhook.withReceiver(tenant, use)).rejects.toMatchObject({ code: 'AUTH_TENANT_UNKNOWN' })
    expect(use).not.toHaveBeenCalled()
  })
})

describe('options that cannot be safe are refused at once', () => {
  const good = () => ({ tenant: () => 'acme', provider: () => null, store: recordingStore(), on: {} })

  test.each([
    ['tenant', { tenant: undefined }, /tenant must be a function/],
    ['provider', { provider: hmacProvider() }, /provider must be a function/],
    ['idleMs', { idleMs: 10 }, /idleMs must be a whole number of milliseconds, from 1000/],
    ['refreshMs', { refreshMs: Number.NaN }, /refreshMs must be/],
    ['maxLoaded', { maxLoaded: 0 }, /maxLoaded must be a whole number, at least 1/],
    ['store', { store: {} }, /store must be a store/],
    ['limit', { limit: 'much' }, /limit must be/],
    ['an option that is none', { tenants: 1 }, /unknown option "tenants". Did you mean "tenant"/],
    ['on', { on: null }, /on must be an object/],
  ])('%s', (_, wrong, message) => {
    expect(() => tenantWebhook({ ...good(), ...wrong } as never)).toThrow(message)
  })
})
