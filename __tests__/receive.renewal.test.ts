/** How early the claim of a slow handler is renewed. */
import { expect, jest, test } from '@jest/globals'
import { createReceiver, memoryStore, type Store } from 'express-payment-webhooks'
import { bodyOf, hmacProvider, signatureOf } from './support/hmac-provider.js'
import { pass, settled, withFakeTime } from './support/fake-time.js'

withFakeTime()

function shop(store: Store, takesMs: number) {
  const ended: string[] = []
  const receiver = createReceiver(hmacProvider(), {
    store,
    timeoutMs: 4000,
    leaseMs: 30_000,
    on: {
      'payment.confirmed': async (event) => {
        await new Promise((resolve) => setTimeout(resolve, takesMs))
        ended.push(event.id)
      },
    },
    onError: () => {},
  })
  const body = bodyOf()
  return { ended, deliver: () => receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } }) }
}

test('a handler that ends within a second has its claim renewed never, and a slower one every second, before its sender is answered', async () => {
  for (const [takesMs, renewals] of [
    [900, 0],
    [3900, 2],
  ] as const) {
    const extend = jest.fn<Store['extend']>(() => true)
    const outcome = shop({ ...memoryStore(), extend }, takesMs).deliver()
    await pass(3950)
    expect((await outcome).kind).toBe('handled')
    expect(extend).toHaveBeenCalledTimes(renewals)
  }
})

test('a clock that is set on while a handler runs does not have another process start it as well', async () => {
  let clockOffset = 0
  const shared = memoryStore({ now: () => Date.now() + clockOffset })
  const one = shop({ ...shared }, 3900)
  const other = shop({ ...shared }, 10)
  const handling = one.deliver()
  await settled()
  clockOffset = 60_000
  for (let delivery = 0; delivery < 7; delivery++) {
    void other.deliver()
    await pass(500)
  }
  await pass(3000)
  expect((await handling).kind).toBe('handled')
  expect([one.ended.length, other.ended.length]).toEqual([1, 0])
})
