/** Never runs, only compiles. A payload of another provider must stay a compile error, and no call may need a type argument. */
import express, { type Express } from 'express'
import { createServer } from 'node:http'
import {
  cityPay,
  coinbarPay,
  coinsPh,
  cryptoGateway,
  memoryStore,
  type CoinsPhPayload,
  type Provider,
} from '../../src/index.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { deliver, failingStore, sample } from '../../src/testing/index.js'

const app: Express = express()
const secret = process.env['SECRET']
const coins = coinsPh({ token: secret })
const gateway = cryptoGateway({ secret })
const coinbar = coinbarPay({ clientId: 'shop', secretKey: secret })
const city = cityPay({ orderToken: () => null })
declare const acmePay: Provider
declare const payload: CoinsPhPayload

// The payloads of each provider: a sample, by hand, of a declared type, and as text.
deliver(app, coins, sample('coins-ph', 'payment.confirmed')).to('/')
deliver(app, coins, { event: { name: 'invoice.fully_paid', data: { id: '1' }, sent: 1 }, more: true }).to('/')
deliver(createServer(app), coins, payload).to('/')
deliver(app, coins, '{').to('/')
deliver(app, gateway, sample('crypto-gateway', 'transaction.confirmed', { data: { amount: '1' } })).to('/')
deliver(app, gateway, sample('crypto-gateway', 'crypto-gateway.withdrawal.completed')).to('/')
deliver(app, coinbar, sample('coinbar-pay', 'FAILED (refund)')).to('/')
deliver(app, city, sample('city-pay', 'CONFIRMED')).to('/')
deliver(app, city, sample('city-pay', 'deposit CONFIRMED')).to('/')
deliver(app, acmePay, { anything: true }).to('/')

// @ts-expect-error CoinbarPay's payload is none of Coins.ph
deliver(app, coins, sample('coinbar-pay', 'SUCCESS'))
// @ts-expect-error Coins.ph's payload is none of the gateway
deliver(app, gateway, sample('coins-ph', 'payment.confirmed'))
// @ts-expect-error CityPay's payload is none of CoinbarPay
deliver(app, coinbar, sample('city-pay', 'CONFIRMED'))
// @ts-expect-error the gateway's payload is none of CityPay
deliver(app, city, sample('crypto-gateway', 'transaction.confirmed'))
// @ts-expect-error an empty object is no payload
deliver(app, coins, {})
// @ts-expect-error there is no such event
sample('coins-ph', 'payment.expired')
// @ts-expect-error it has no path yet
void deliver(app, coins, payload).twice()

const detected = deliver(app, gateway, sample('crypto-gateway', 'transaction.detected')).to('/')
void detected.outOfOrder(sample('crypto-gateway', 'transaction.confirmed'), sample('crypto-gateway', 'address.created'))
// @ts-expect-error no later delivery is given
void detected.outOfOrder()
// @ts-expect-error another provider's
void detected.outOfOrder(sample('coins-ph', 'payment.confirmed'))

void (async () => {
  const answer = await detected
  const [first, second] = await detected.forged().twice()
  const status: number = answer.status + first.status + second.status
  return status
})()

const memory = failingStore(memoryStore())
memory.failNext('claim')
// @ts-expect-error there is no such method
memory.fail('clam')
// @ts-expect-error a name is nothing that can fail
memory.hang('name')
declare const db: Parameters<typeof sqliteStore>[0]
failingStore(sqliteStore(db)).loseNextAnswer('listEvents')
