/** If handling of an event failed, the next delivery must handle it again. */
import { describe, expect, jest, test } from '@jest/globals'
import { cryptoGateway } from 'express-payment-webhooks'
import { FAILED_AGAIN } from '../../../src/cli/doctor/failed-again.js'
import { FAULTS } from '../../../src/cli/doctor/faults.js'
import { targetAt } from '../../../src/cli/doctor/target.js'
import { checkShop, listen, secret } from '../../support/check-endpoint.js'
import { handwrittenShop, type Faults } from '../../support/handwritten-shop.js'
import { VirtualClock } from '../../support/virtual-clock.js'

jest.setTimeout(60_000)

const ACCOUNT = {
  credentials: { given: ['GATEWAY_SECRET'], missing: [] },
  own: (payload: object) => payload,
  signer: ({ secret: another = secret } = {}) => cryptoGateway({ secret: another }),
}

/** The fault that only this check finds, the reason why it reports nothing, and the answers it got. */
async function check(faults: Faults) {
  const clock = new VirtualClock()
  const url = new URL('/hook', await listen(handwrittenShop(secret, faults, clock), clock))
  const options = { orders: ['ORDER-1001'], effects: undefined, timestamped: false, clock }
  const target = targetAt(url, 'crypto-gateway', ACCOUNT, options)
  const { fault, skipped, replies } = await clock.until(FAILED_AGAIN.run(target))
  return { fault, skipped, statuses: replies.map(({ status }) => status) }
}

describe('an event whose handling failed is lost, and doctor says so, where its repeat', () => {
  test('is taken for done: 200', async () => {
    expect(await check({ doneFirst: true })).toEqual({ fault: FAULTS.doneTooEarly, statuses: [500, 200] })
  })

  test.each([201, 202, 204, 208])('is taken for in progress, and accepted: %d', async (status) => {
    const { fault, statuses } = await check({ heldAnswer: { status, text: 'in progress' } })
    expect({ fault, statuses }).toEqual({ fault: FAULTS.doneTooEarly, statuses: [500, status] })
  })

  test.each([302, 400, 401, 404, 409, 410, 422, 423, 425, 429, 501, 503])(
    'is taken for in progress, and not accepted: %d',
    async (status) => {
      const { fault, statuses } = await check({ heldAnswer: { status, text: 'in progress' } })
      expect({ fault, statuses }).toEqual({ fault: FAULTS.doneTooEarly, statuses: [500, status, status, 500] })
    },
  )

  test('is refused with the status of the failure, in other words', async () => {
    const { fault } = await check({ heldAnswer: { status: 500, text: 'already processing' } })
    expect(fault).toBe(FAULTS.doneTooEarly)
  })

  test.each([409, 425])('is taken for in progress by a shop without another fault: %d', async (status) => {
    const faults = { heldAnswer: { status, text: 'in progress' } }
    const { code, found } = await checkShop((clock) => handwrittenShop(secret, faults, clock), 'crypto-gateway')
    expect({ code, found }).toEqual({ code: 1, found: [FAULTS.doneTooEarly.name] })
  })
})

describe('doctor finds nothing where the repeat', () => {
  test('fails in the same way', async () => {
    expect(await check({})).toEqual({ statuses: [500, 500] })
  })

  test('fails in the same way, and the answer counts attempts', async () => {
    expect(await check({ countsAttempts: true })).toEqual({ statuses: [500, 500] })
  })

  test('fails in the same way, and every answer has a text of its own', async () => {
    const words = ['one', 'two', 'three', 'four']
    expect(await check({ failureTexts: words })).toEqual({ statuses: [500, 500, 500, 500] })
  })

  test('comes a moment before the shop gives the event back', async () => {
    expect(await check({ releaseMs: 300 })).toEqual({ statuses: [500, 409, 500] })
  })

  test('is answered as a new event is by then: the check says nothing', async () => {
    expect(await check({ limitedAfterFailure: true })).toEqual({
      skipped: 'a new event about such an order gets a third kind of answer',
      statuses: [500, 429, 429, 429],
    })
  })
})
