/** Strangers cause read-backs at an API that takes 700 ms: CityPay's own callbacks are accepted at the first attempt. */
import { describe, expect, test } from '@jest/globals'
import { answerTo, cityPay, createReceiver, memoryStore } from 'express-payment-webhooks'
import { sleep } from '../../../src/lib/clock.js'
import { pass, withFakeTime } from '../../support/fake-time.js'
import { fixture } from '../../support/fixtures.js'

const CALLBACK = JSON.parse(fixture('city-pay', 'order_confirmed').toString()) as object
const ANSWER = JSON.parse(fixture('city-pay', 'api_order_confirmed').toString()) as { data: object }

const LATENCY_MS = 700
const STRANGERS_A_SECOND = 50
const GENUINE = 40

describe.each([1, 40])('strangers repeat %d true order ids, 50 times a second', (ids) => {
  withFakeTime()

  test('at least 38 of 40 genuine callbacks, one a second, are acknowledged at their first try', async () => {
    let reads = 0
    const provider = cityPay({
      orderToken: (order) => `token-${order}`,
      async readBack(token) {
        reads++
        await sleep(LATENCY_MS)
        return { ...ANSWER, data: { ...ANSWER.data, token, id: idOf(token.slice('token-'.length)) } }
      },
    })
    const receiver = createReceiver(provider, { store: memoryStore(), on: {}, onError: () => {} })
    const deliver = async (order: string): Promise<number> => {
      const body = JSON.stringify({
        ...CALLBACK,
        order_id: idOf(order),
        client_order_id: order,
        order_token: `token-${order}`,
      })
      return answerTo(await receiver.receive({ body, headers: {} }), provider).status
    }
    const genuine: Promise<number>[] = []
    const strangers: Promise<number>[] = []
    for (let second = 0; second < GENUINE; second++) {
      for (let part = 0; part < 20; part++) {
        // Two and three in alternation.
        for (let one = 0; one < 2 + (part % 2); one++)
          strangers.push(deliver(String(100_000 + (strangers.length % ids))))
        if (part === 7) genuine.push(deliver(String(200_000 + second)))
        await pass(50)
      }
    }
    await pass(5000)
    const answers = await Promise.all(genuine)
    expect(strangers).toHaveLength(GENUINE * STRANGERS_A_SECOND)
    expect(answers.filter((status) => status === 200).length).toBeGreaterThanOrEqual(38)
    // One read at a time for each order, for any number of callbacks.
    expect(reads).toBeLessThanOrEqual(GENUINE + (ids * (GENUINE * 1000 + 5000)) / LATENCY_MS)
    await Promise.all(strangers)
    await receiver.close()
  })
})

function idOf(order: string): number {
  return Number(order) + 1_000_000
}
