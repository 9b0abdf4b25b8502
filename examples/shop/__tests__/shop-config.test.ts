/** The shop starts with a plausible environment, or not at all. */
import { describe, expect, test } from '@jest/globals'
import { sandboxEnvironment } from '../sandbox-environment.js'
import { newAccounts } from '../sandbox/accounts.js'
import { readConfig } from '../shop/config.js'

const complete = sandboxEnvironment('https://provider.example', newAccounts())

test('with the providers alone everything else has a default', () => {
  const config = readConfig(complete)
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    mail: { smtpUrl: null },
    providers: { stripe: { mode: 'test' } },
    operatorTokenIsNew: true,
  })
  expect(config.database).toEqual({ file: expect.stringMatching(/data\/shop\.db$/) })
  expect(config.operatorToken).toMatch(/^[0-9a-f]{48}$/)
  expect(readConfig(complete).operatorToken).not.toBe(config.operatorToken)
})

test('without a load balancer the shop ends at once, and behind one after the seconds that it is given', () => {
  expect(readConfig(complete).shutdownNoticeMs).toBe(0)
  expect(readConfig({ ...complete, SHUTDOWN_NOTICE_SECONDS: '5' }).shutdownNoticeMs).toBe(5000)
})

test('a database URL takes the place of the file', () => {
  expect(readConfig({ ...complete, DATABASE_URL: 'postgres://localhost/shop' }).database).toEqual({
    url: 'postgres://localhost/shop',
  })
})

test.each([
  [{ HOST: '192.168.1.20', PORT: '8080' }, 'http://192.168.1.20:8080'],
  [{ HOST: '::1' }, 'http://[::1]:3000'],
  [{ HOST: '0.0.0.0' }, 'http://127.0.0.1:3000'],
  [{ HOST: '::1', PUBLIC_URL: 'https://shop.example/' }, 'https://shop.example'],
])('with %j the shop is reached at %s', (variables, url) => {
  expect(readConfig({ ...complete, ...variables }).publicUrl).toBe(url)
})

test('payment pages may be on the hosts of the providers, and on those that are named', () => {
  const config = readConfig({ ...complete, PAYMENT_HOSTS: 'Pay.Example, invoices.example:8443 ,' })
  expect(new Set(config.paymentHosts)).toEqual(
    new Set(['checkout.stripe.com', 'pay.example', 'invoices.example:8443', 'provider.example']),
  )
})

const OPTIONAL = ['GATEWAY_WALLET_URL', 'STRIPE_URL', 'STRIPE_MODE']

test.each(Object.keys(complete).filter((name) => !OPTIONAL.includes(name)))(
  'without %s the shop does not start, and says so',
  (name) => {
    expect(() => readConfig({ ...complete, [name]: '' })).toThrow(`${name} is missing`)
  },
)

describe('what cannot be right is refused by name, without its value', () => {
  test.each([
    ['COINS_PH_URL', 'http://provider.example'],
    ['COINBAR_URL', 'javascript:alert(1)'],
    ['STRIPE_MODE', 'sandbox'],
    ['PUBLIC_URL', 'http://shop.example'],
    ['DATABASE_URL', 'mysql://localhost/hunter2'],
    ['SMTP_URL', 'localhost:25'],
    ['OPERATOR_TOKEN', 'hunter2'],
    ['PUBLIC_URL', 'https://shop.example/tea'],
    ['PUBLIC_URL', 'https://shop.example/?a=1'],
    ['PORT', '65536'],
    ['PORT', 'http'],
    ['PAYMENT_MINUTES', '10081'],
    ['PAYMENT_MINUTES', '1.5'],
    ['PAYMENT_MINUTES', 'half an hour'],
  ])('%s=%s', (name, value) => {
    const start = () => readConfig({ ...complete, [name]: value })
    expect(start).toThrow(new RegExp(`${name} must`))
    expect(start).not.toThrow(value)
  })

  test('all of them at once', () => {
    expect(() => readConfig({ ...complete, PORT: 'x', COINS_PH_TOKEN: '' })).toThrow(
      /PORT[^]*COINS_PH_TOKEN|COINS_PH_TOKEN[^]*PORT/,
    )
  })
})
