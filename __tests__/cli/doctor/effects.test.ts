/** How effects are counted if they follow the delivery sooner or later. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { effectCounter } from '../../../src/cli/doctor/effects.js'
import { VirtualClock } from '../../support/virtual-clock.js'

let number = 0
let url: URL
const clock = new VirtualClock()
const server = createServer((_req, res) => res.end(`${number}`))
clock.watch(server)

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  number = 7
})

/** A delivery that is answered at once and has an effect after each of these times. */
function delivery(...afterMs: readonly number[]) {
  return async () => {
    for (const ms of afterMs) void clock.sleep(ms).then(() => number++)
    return 'answered'
  }
}

const counter = () => effectCounter(url, clock)

const LATE = { unclear: expect.stringContaining('more than half a second after the answer') }

describe('the effects of a delivery are', () => {
  test.each([
    ['none', [], 0],
    ['one at once', [0], 1],
    ['one from a queue', [150], 1],
    ['two, the second a little later', [60, 360], 2],
    ['not told when they come late', [900], LATE],
  ])('%s', async (_name, afterMs, effects) => {
    expect(await clock.until(counter().count(delivery(...afterMs)))).toEqual({ result: 'answered', effects })
  })

  test('not those of a delivery just before', async () => {
    await delivery(200)()
    expect(await clock.until(counter().count(delivery(0)))).toMatchObject({ effects: 1 })
  })

  test('not told once one was seen to come late, whatever comes of the next', async () => {
    const slow = counter()
    await clock.until(slow.learn(delivery(900), () => true))
    expect(await clock.until(slow.count(delivery(0, 0)))).toMatchObject({ effects: LATE })
  })

  test('told after a delivery that had none to learn from', async () => {
    const fresh = counter()
    expect(await clock.until(fresh.learn(delivery(), () => false))).toBe('answered')
    expect(await clock.until(fresh.count(delivery(0, 0)))).toMatchObject({ effects: 2 })
  })
})
