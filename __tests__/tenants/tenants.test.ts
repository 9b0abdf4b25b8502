/** When tenants are loaded, looked up again and forgotten, with time passed by hand. */
import { beforeEach, describe, expect, test } from '@jest/globals'
import { memoryStore, type DeliveryError, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { tenantWebhook, type TenantWebhookOptions } from 'express-payment-webhooks/tenants'
import { pass, settled, withFakeTime } from '../support/fake-time.js'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'

withFakeTime()

const SECOND = 1000
const MINUTE = 60 * SECOND

let lookUps: string[]
beforeEach(() => void (lookUps = []))

function platform(options: Partial<TenantWebhookOptions<WebhookEvent>> = {}) {
  const { provider = () => hmacProvider() } = options
  const codes: string[] = []
  const webhook = tenantWebhook<WebhookEvent>({
    tenant: () => undefined,
    store: memoryStore(),
    on: { 'payment.confirmed': () => {} },
    onError: ({ code }) => void codes.push(code),
    ...options,
    provider: (tenant) => {
      lookUps.push(tenant)
      return provider(tenant)
    },
  })
  const use = (tenant: string, provider: Provider = hmacProvider()) =>
    webhook
      .withReceiver(tenant, (receiver) => receiver.receive(provider.sign(bodyOf())))
      .then(
        ({ kind }) => kind as string,
        (error: unknown) => (error as DeliveryError).code as string,
      )
  const loaded = async () => (await webhook.health()).loaded
  return { webhook, use, loaded, codes }
}

describe('an idle tenant', () => {
  test('is forgotten after ten minutes, and no timer stays behind', async () => {
    const { use, loaded } = platform()
    await use('acme')
    await pass(9 * MINUTE)
    expect(await loaded()).toBe(1)
    await pass(4 * MINUTE)
    expect(await loaded()).toBe(0)
    await use('acme')
    expect(lookUps).toEqual(['acme', 'acme'])
  })

  test('is forgotten as soon as the platform wants it', async () => {
    const { use, loaded } = platform({ idleMs: 1000 })
    await use('acme')
    await pass(1500)
    expect(await loaded()).toBe(0)
  })

  test('stays while it is used', async () => {
    const { use, loaded } = platform({ idleMs: 4000 })
    for (let at = 0; at < 10; at++) {
      await use('acme')
      await pass(3000)
    }
    expect(lookUps).toEqual(['acme'])
    expect(await loaded()).toBe(1)
  })

  test('is none as long as a handler runs', async () => {
    let goOn = () => {}
    const on = { 'payment.confirmed': () => new Promise<void>((resolve) => (goOn = resolve)) }
    const { use, loaded } = platform({ idleMs: 1000, on })
    const outcome = use('acme')
    await settled()
    await pass(20 * SECOND)
    expect(await loaded()).toBe(1)
    goOn()
    // Its sender was answered at the time-out.
    expect(await outcome).toBe('retry_later')
    await pass(1500)
    expect(await loaded()).toBe(0)
  })

  test('is none as long as a handled event is still to be recorded', async () => {
    const inner = memoryStore()
    let isDown = true
    const store = {
      ...inner,
      complete: (key: string, token: string) => {
        if (isDown) throw new Error('the store is away')
        return inner.complete(key, token)
      },
    }
    const { use, loaded } = platform({ idleMs: 1000, store })
    expect(await use('acme')).toBe('handled')
    await pass(20 * SECOND)
    expect(await loaded()).toBe(1)
    isDown = false
    await pass(3 * SECOND)
    expect(await loaded()).toBe(0)
  })
})

describe('an unknown tenant', () => {
  test('is asked for again after thirty seconds', async () => {
    let isThere = false
    const { use } = platform({ provider: () => (isThere ? hmacProvider() : undefined) })
    expect(await use('acme')).toBe('AUTH_TENANT_UNKNOWN')
    isThere = true
    await pass(29 * SECOND)
    expect(await use('acme')).toBe('AUTH_TENANT_UNKNOWN')
    await pass(SECOND)
    expect(await use('acme')).toBe('handled')
    expect(lookUps).toEqual(['acme', 'acme'])
  })
})

describe('a look-up', () => {
  test('that failed is made again after a second: some senders soon give up', async () => {
    let isDown = true
    const provider = () => {
      if (isDown) throw new Error('connection refused')
      return hmacProvider()
    }
    const { use } = platform({ provider })
    expect([await use('acme'), await use('acme'), await use('acme')]).toEqual(Array(3).fill('TENANT_UNAVAILABLE'))
    expect(lookUps).toEqual(['acme'])
    isDown = false
    await pass(SECOND)
    expect(await use('acme')).toBe('handled')
  })

  test('that hangs has failed after ten seconds', async () => {
    let goOn = () => {}
    const provider = () => new Promise<Provider>((resolve) => (goOn = () => resolve(hmacProvider())))
    const { use } = platform({ provider })
    const outcome = use('acme')
    await pass(10 * SECOND)
    expect(await outcome).toBe('TENANT_UNAVAILABLE')
    await pass(SECOND)
    const second = use('acme')
    await settled()
    goOn()
    expect(await second).toBe('handled')
  })
})

describe('a secret that has changed', () => {
  const older = hmacProvider({ secret: 'older-k7Jw2nVq9TzR4mXc8Lp' })
  const newer = hmacProvider({ secret: 'newer-k7Jw2nVq9TzR4mXc8Lp' })

  test('counts after ten minutes without anybody saying so, and nobody waits for it', async () => {
    let current = older
    const { use } = platform({ provider: () => current })
    expect(await use('acme', older)).toBe('handled')
    current = newer
    for (let at = 0; at < 10; at++) {
      expect(await use('acme', newer)).toBe('not_authentic')
      await pass(MINUTE)
    }
    // This delivery causes a look-up.
    await use('acme', newer)
    await settled()
    expect([await use('acme', newer), await use('acme', older)]).toEqual(['duplicate', 'not_authentic'])
    expect(lookUps).toEqual(['acme', 'acme'])
  })

  test('does not count where it cannot be asked for: the tenant stays as it was', async () => {
    let isDown = false
    const provider = () => {
      if (isDown) throw new Error('connection refused')
      return older
    }
    const { use, codes } = platform({ provider, refreshMs: 1000 })
    await use('acme', older)
    isDown = true
    await pass(1000)
    expect([await use('acme', older), await use('acme', older)]).toEqual(['duplicate', 'duplicate'])
    await settled()
    expect(codes).toEqual(['TENANT_UNAVAILABLE'])
    await pass(29 * SECOND)
    await use('acme', older)
    expect(lookUps).toHaveLength(2)
    await pass(SECOND)
    await use('acme', older)
    expect(lookUps).toHaveLength(3)
  })

  test('is seen as one that is gone where its tenant is', async () => {
    let isThere = true
    const { use } = platform({ provider: () => (isThere ? older : null), refreshMs: 1000 })
    await use('acme', older)
    isThere = false
    await pass(1000)
    expect(await use('acme', older)).toBe('duplicate')
    await settled()
    expect(await use('acme', older)).toBe('AUTH_TENANT_UNKNOWN')
  })
})

describe('strangers', () => {
  const names = (count: number, prefix = 'x') => Array.from({ length: count }, (_, at) => `${prefix}${at}`)

  test('who name 10,000 tenants have few of them looked up, eight at a time', async () => {
    let running = 0
    let most = 0
    const provider = async () => {
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
      return null
    }
    const { webhook } = platform({ provider })
    const outcomes: string[] = []
    await Promise.all(
      names(10_000).map((name) =>
        webhook
          .withReceiver(name, () => {})
          .catch((error: unknown) => void outcomes.push((error as DeliveryError).code)),
      ),
    )
    expect(lookUps.length).toBe(500)
    expect(most).toBe(8)
    expect(outcomes).toHaveLength(10_000)
  })
})
