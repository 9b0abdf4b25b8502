/** `send --times`: one event sent several times, as a retrying provider does, and the exit code of the last answer. */
import { afterEach, expect, jest, test } from '@jest/globals'
import express from 'express'
import Database from 'libsql'
import { coinsPh, paymentWebhook, RetryLater, type DurableStore } from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { listen } from '../../support/check-endpoint.js'
import { runCommand } from '../../support/run-command.js'

jest.setTimeout(60_000)

const secret = '8c02e6b7d1f94a3581e7c60b2d4f9a3c'
const NOBODY = 'http://127.0.0.1:1/'

let store: DurableStore | undefined
afterEach(() => store?.close())

/** A shop whose handlers find no order. */
async function failingShop(): Promise<string> {
  store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  const onUnhandled = () => Promise.reject(new RetryLater('order ORDER-7 is not stored'))
  const webhook = paymentWebhook(coinsPh({ token: secret }), { store, on: {}, onUnhandled, onError: () => {} })
  return `${await listen(express().use('/coins', webhook))}/coins`
}

const send = (url: string, ...args: readonly string[]) =>
  runCommand(['send', 'coins-ph', 'payment.confirmed', '--url', url, ...args], { env: { COINS_PH_TOKEN: secret } })

test('--times 5 shows a failing event being kept, and ends with 0 because the last delivery was accepted', async () => {
  const { code, stdout, stderr } = await send(await failingShop(), '--order', 'ORDER-7', '--times', '5')
  expect([...stdout.matchAll(/^(\d{3}) +\d+ ms/gm)].map(([, status]) => status)).toEqual([
    ...['503', '503', '503', '503'],
    '200',
  ])
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^its ids are new; [^\n]*\n$/)])
  expect(await store!.listEvents()).toMatchObject([{ state: 'failed', attempts: 5, keptAs: 'delivery' }])
})

test('--times 4 ends with 1, because the last delivery was not accepted', async () => {
  const { code, stderr } = await send(await failingShop(), '--order', 'ORDER-7', '--times', '4')
  expect([code, stderr]).toEqual([1, expect.stringContaining("\nnot accepted: the shop's log says why")])
})

test('--twice is --times 2, and both may be given', async () => {
  const { stdout } = await send(await failingShop(), '--twice', '--times', '2', '--json')
  expect((JSON.parse(stdout) as { answers: unknown[] }).answers).toHaveLength(2)
})

test.each([
  [['--times', '0'], '--times must be a whole number from 1 to 20'],
  [['--times', '21'], '--times must be a whole number from 1 to 20'],
  [['--times', '1.5'], '--times must be a whole number from 1 to 20'],
  [['--twice', '--times', '3'], '--twice is --times 2: leave it out, or --times 3'],
])('%j ends with 2 and says why', async (args, message) => {
  expect(await send(NOBODY, ...args)).toEqual({ code: 2, stdout: '', stderr: `${message}\n` })
})
