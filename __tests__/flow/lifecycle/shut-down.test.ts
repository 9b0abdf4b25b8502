/** No handler begins once close() was called, however far its delivery had come; and close() knows of every one. */
import { describe, expect, test } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import {
  cityPay,
  DeliveryError,
  memoryStore,
  toFetchHandler,
  type ClaimRequest,
  type Provider,
  type Store,
} from '../../../src/index.js'
import { sample, sampleCityPayOrder } from '../../../src/testing/index.js'

/** A promise that is resolved from outside. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

/** A shop for CityPay, whose deliveries are under way as long as their order is being read back. */
function shop({ store = memoryStore(), readBack = async () => {} }: { store?: Store; readBack?: () => Promise<void> }) {
  const codes: string[] = []
  let effects = 0
  const provider = cityPay({
    orderToken: () => '730914458201',
    async readBack() {
      await readBack()
      return sampleCityPayOrder('CONFIRMED')
    },
  }) as Provider
  const webhook = toFetchHandler(provider, {
    store,
    on: { 'payment.confirmed': () => void effects++ },
    onError: ({ code }) => void codes.push(code),
  })
  const body = JSON.stringify(sample('city-pay', 'CONFIRMED'))
  const deliver = async () => (await webhook(new Request('http://shop.example/', { method: 'POST', body }))).status
  return { webhook, deliver, codes, effects: () => effects }
}

/** A store one of whose methods has to be let through, and tells when it was called. */
function gated(method: 'init' | 'claim') {
  const [called, pass] = [gate(), gate()]
  const inner = memoryStore()
  const store: Store = {
    ...inner,
    async [method](request: ClaimRequest) {
      called.open()
      await pass.opened
      return inner[method](request)
    },
  }
  return { called, pass, store, inner }
}

/** Whether a promise is settled when everything that can happen without further ado has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  )
  return Promise.race([settled, setTimeout(50, false)])
}

describe('close() while a delivery', () => {
  test('is read back waits for it, and it is put off', async () => {
    const [asked, answer] = [gate(), gate()]
    const { webhook, deliver, codes, effects } = shop({
      readBack() {
        asked.open()
        return answer.opened
      },
    })
    const delivery = deliver()
    await asked.opened
    expect(await webhook.health()).toMatchObject({ inFlight: 1 })
    const closed = webhook.close()
    expect(await isSettled(closed)).toBe(false)
    answer.open()
    expect([await delivery, codes, effects()]).toEqual([503, ['SHUTTING_DOWN'], 0])
    await closed
    expect(await webhook.health()).toMatchObject({ inFlight: 0 })
  })

  test('waits for the store to be prepared waits for it, and it is put off', async () => {
    const { called, pass, store } = gated('init')
    const { webhook, deliver, codes, effects } = shop({ store })
    const delivery = deliver()
    await called.opened
    const closed = webhook.close()
    expect(await isSettled(closed)).toBe(false)
    pass.open()
    expect([await delivery, codes, effects()]).toEqual([503, ['SHUTTING_DOWN'], 0])
    await closed
  })

  test('is claimed, for longer than close() waits, has the claim given back when it comes', async () => {
    const { called, pass, store, inner } = gated('claim')
    const first = shop({ store })
    const delivery = first.deliver()
    await called.opened
    await first.webhook.close({ timeoutMs: 0 })
    pass.open()
    expect([await delivery, first.codes, first.effects()]).toEqual([503, ['SHUTTING_DOWN'], 0])
    const second = shop({ store: inner })
    expect([await second.deliver(), second.effects()]).toEqual([200, 1])
  })

  test('waits for another process ends its waiting', async () => {
    const inner = memoryStore()
    let claims = 0
    const store: Store = {
      ...inner,
      claim() {
        claims++
        return { state: 'busy' }
      },
    }
    const { webhook, deliver, codes } = shop({ store })
    const delivery = deliver()
    while (claims === 0) await setTimeout(5)
    await webhook.close()
    const claimsByThen = claims
    expect([await delivery, codes]).toEqual([503, ['SHUTTING_DOWN']])
    expect(claims).toBe(claimsByThen)
  })

  test('is refused resolves when it is', async () => {
    const [asked, answer] = [gate(), gate()]
    const { webhook, deliver, codes } = shop({
      async readBack() {
        asked.open()
        await answer.opened
        throw new DeliveryError('READ_BACK_MISMATCH', 'another order')
      },
    })
    const delivery = deliver()
    await asked.opened
    const closed = webhook.close()
    answer.open()
    await closed
    expect([await delivery, codes]).toEqual([503, ['READ_BACK_UNAVAILABLE']])
  })

  test.each([2 ** 31, Number.POSITIVE_INFINITY])(
    'is read back waits for %p ms as for ever, not for none',
    async (timeoutMs) => {
      const [asked, answer] = [gate(), gate()]
      const { webhook, deliver } = shop({
        readBack() {
          asked.open()
          return answer.opened
        },
      })
      const delivery = deliver()
      await asked.opened
      const closed = webhook.close({ timeoutMs })
      expect(await isSettled(closed)).toBe(false)
      answer.open()
      await Promise.all([delivery, closed])
    },
  )
})
