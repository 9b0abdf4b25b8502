/** Shops for one test file, closed after each test, and common assertions about refusals. */
import { afterEach, describe, expect, jest } from '@jest/globals'
import { doors } from './doors.js'
import { openShop, type Shop, type ShopOptions } from './open-shop.js'
import type { RawAnswer } from './raw-request.js'

// Some senders are slow on purpose, and so is a loaded machine.
jest.setTimeout(30_000)

export type OpenShop = (options?: ShopOptions) => Promise<Shop>

/** The same tests for every door: all doors must give the same answers. */
export function throughEveryDoor(suite: (open: OpenShop) => void): void {
  describe.each(doors)('through %s', (_name, door) => suite(shops({ door })))
}

/** Answers a function that opens shops which are closed when the test ends. */
export function shops(defaults: ShopOptions = {}): OpenShop {
  const open: Shop[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((shop) => shop.close()))
  })
  return async (options = {}) => {
    const shop = await openShop({ ...defaults, ...options })
    open.push(shop)
    return shop
  }
}

/** The refusal has the status, ran no handler, and wrote nothing; the same event is still accepted. */
export async function expectHarmless(shop: Shop, answer: RawAnswer, ...statuses: number[]): Promise<void> {
  expect(statuses).toContain(answer.status)
  expect(shop.handled).toEqual([])
  expect(shop.store.calls).toEqual([])
  await expectStillWelcome(shop)
}

/** The valid delivery of the event that every test starts from is handled exactly once. */
export async function expectStillWelcome(shop: Shop): Promise<void> {
  const answer = await shop.deliver()
  expect(answer.status).toBe(200)
  expect(shop.handled.map(({ id }) => id)).toEqual([`${shop.handled[0]?.provider}:evt_1`])
}
