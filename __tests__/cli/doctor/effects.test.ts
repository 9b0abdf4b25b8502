/** How effects are counted, of deliveries that have them sooner or later. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { effectCounter } from '../../../src/cli/doctor/effects.js'
import { startServer, type RunningServer } from '../../support/start-server.js'

let number = 0
let server: RunningServer
let url: URL

beforeAll(async () => {
  server = await startServer((_req, res) => res.end(`${number}`))
  url = new URL(`http://127.0.0.1:${server.port}/`)
})
afterAll(() => server.close())
beforeEach(() => {
  number = 7
})

/** A delivery that is answered at once, and has an effect after each of these times. */
function delivery(...afterMs: readonly number[]) {
  return async () => {
    for (const ms of afterMs) setTimeout(() => number++, ms)
    return 'answered'
  }
}

const LATE = { unclear: expect.stringContaining('more than half a second after the answer') }

describe('the effects of a delivery are', () => {
  test.each([
    ['none', [], 0],
    ['one at once', [0], 1],
    ['one from a queue', [150], 1],
    ['two, the second a little later', [60, 360], 2],
    ['not told when they come late', [900], LATE],
  ])('%s', async (_name, afterMs, effects) => {
    expect(await effectCounter(url).count(delivery(...afterMs))).toEqual({ result: 'answered', effects })
  })

  test('not those of a delivery just before', async () => {
    await delivery(200)()
    expect(await effectCounter(url).count(delivery(0))).toMatchObject({ effects: 1 })
  })

  test('not told once one was seen to come late, whatever comes of the next', async () => {
    const counter = effectCounter(url)
    await counter.learn(delivery(900), () => true)
    expect(await counter.count(delivery(0, 0))).toMatchObject({ effects: LATE })
  })

  test('told after a delivery that had none to learn from', async () => {
    const counter = effectCounter(url)
    expect(await counter.learn(delivery(), () => false)).toBe('answered')
    expect(await counter.count(delivery(0, 0))).toMatchObject({ effects: 2 })
  })
})
