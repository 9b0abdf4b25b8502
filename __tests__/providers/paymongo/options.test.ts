/** Impossible options are refused at once, with a code, and no secret is revealed. */
import { expect, test } from '@jest/globals'
import { answerTo } from 'express-payment-webhooks'
import { receiverOf } from '../../support/deliver.js'
import { samples } from '../../../src/testing/samples/paymongo.js'
import { SECRET, shop } from './support.js'

test.each([
  [{ secret: undefined }, 'CONFIG_SECRET_MISSING', /secret is missing or empty/],
  [{ secret: '' }, 'CONFIG_SECRET_MISSING', /secret is missing or empty/],
  [{ secret: 'whsk_1' }, 'CONFIG_SECRET_SHORT', /secret has 6 bytes/],
  [{ retired: 'short' }, 'CONFIG_SECRET_SHORT', /retired has 5 bytes/],
  [{ mode: 'prod' }, 'CONFIG_OPTION_INVALID', /mode must be 'live' or 'test'/],
  [{ money: 'link' }, 'CONFIG_OPTION_INVALID', /money must be 'payment' or 'checkout_session'/],
  [{ orderKey: '' }, 'CONFIG_OPTION_INVALID', /orderKey must be/],
  [{ toleranceSeconds: -1 }, 'CONFIG_OPTION_INVALID', /payMongo: toleranceSeconds must be/],
  [{ toleranceSeconds: 0.5 }, 'CONFIG_OPTION_INVALID', /payMongo: toleranceSeconds must be/],
  [{ apiKey: SECRET }, 'CONFIG_OPTION_UNKNOWN', /unknown option "apiKey"/],
])('%j is refused: %s', (options, code, message) => {
  const create = () => shop(options as never)
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(SECRET) }))
})

test('its sender takes a JSON body for success, and is kept from giving up', async () => {
  const provider = shop()
  expect(provider).toMatchObject({ patienceMs: 30_000, unknownOrder: 'keep', blocksQueue: false })
  const outcome = await receiverOf(provider).deliver(JSON.stringify(samples['payment.paid']))
  expect(answerTo(outcome, provider)).toMatchObject({
    status: 200,
    headers: { 'content-type': expect.stringContaining('application/json') },
    body: '{"received":true}',
  })
})
