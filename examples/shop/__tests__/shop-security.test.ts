/** Strangers, forged pages and altered forms achieve nothing in the shop. Row ids are those of the hostile inputs. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import request from 'supertest'
import { createCatalogue } from '../shop/catalogue.js'
import { sql } from '../shop/database/database.js'
import { coinsPhClient } from '../shop/payments/coins-ph.js'
import { paymentUrl } from '../shop/payments/safe-url.js'
import { paths } from '../shop/views/paths.js'
import { buy, count, openBrowser, orderIn, payInFull } from './support/buyer.js'
import { openShop, OPERATOR_TOKEN, type TestShop } from './support/open-shop.js'
import { startServer } from '../../../__tests__/support/start-server.js'

const NAME = `<img src=x onerror=alert(1)>"'</script><script>alert(2)</script>`

const catalogue = createCatalogue([
  { id: 'cups', name: NAME, description: NAME, image: null, prices: prices('24.00') },
  { id: 'teapot', name: 'Teapot', description: 'Clay', image: null, prices: prices('49.90') },
])

function prices(amount: string) {
  return ['USD', 'EUR', 'PHP', 'USDT'].map((currency) => ({ amount, currency }))
}

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ catalogue })
})
afterAll(() => shop.close())

async function operator() {
  const browser = openBrowser(shop)
  const answer = await browser.post(paths.operatorLogin, { token: OPERATOR_TOKEN })
  expect(answer.headers['location']).toBe(paths.operator)
  return browser
}

describe('W01: markup in names', () => {
  test('is text on every page that shows it', async () => {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'coins-ph')
    await browser.post(paths.cart, { product: 'cups' })
    const staff = await operator()
    const pages = [
      await browser.agent.get(paths.catalogue),
      await browser.agent.get(paths.cart),
      await browser.agent.get(paths.checkout),
      await browser.agent.get(paths.order(id)),
      await browser.agent.get(paths.return),
      await staff.agent.get(paths.operatorOrder(id)),
    ]
    for (const { status, text } of pages) {
      expect(status).toBe(200)
      expect(text).toContain('&lt;img src=x')
      expect(text).not.toContain('<img src=x')
      expect(text).not.toMatch(/<script>|onerror=alert\(1\)>"/)
    }
  })

  test('does not reach an e-mail address: the form is shown again, escaped', async () => {
    const browser = openBrowser(shop)
    await browser.post(paths.cart, { product: 'cups' })
    const answer = await browser.post(paths.checkout, { provider: 'coins-ph', email: `${NAME}@example.com` })
    expect(answer.status).toBe(422)
    expect(answer.text).not.toContain('<img src=x')
  })
})

describe('W02: the address of a payment page', () => {
  const hosts = ['pay.example.com', '127.0.0.1:4000']

  test.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'http://pay.example.com/i/1',
    'https://evil.example/i/1',
    'https://pay.example.com.evil.example/i/1',
    'https://pay.example.com@evil.example/i/1',
    'https://user:secret@pay.example.com/i/1',
    'https://pay.example.com:8443/i/1',
    'http://127.0.0.1:4001/i/1',
    '//pay.example.com/i/1',
    '/i/1',
    'not an address',
    '',
  ])('%s is refused', (url) => {
    expect(() => paymentUrl(url, hosts)).toThrow(/payment page/)
  })

  test.each(['https://pay.example.com/i/1', 'http://127.0.0.1:4000/i/1'])('%s is accepted', (url) => {
    expect(paymentUrl(url, hosts)).toBe(url)
  })

  test('a provider that answers a script makes no order, and the buyer keeps the cart', async () => {
    const provider = await startServer((_req, res) => {
      res.writeHead(201, { 'content-type': 'application/json' })
      res.end(JSON.stringify({ invoice: { id: 'inv_1', payment_url: 'javascript:alert(1)' } }))
    })
    const url = `http://127.0.0.1:${provider.port}`
    const { providers } = shop.config
    const hijacked = await openShop({
      config: {
        providers: { ...providers, coinsPh: { ...providers.coinsPh, url } },
        paymentHosts: [`127.0.0.1:${provider.port}`],
      },
    })
    try {
      const browser = openBrowser(hijacked)
      await browser.post(paths.cart, { product: 'cups' })
      const answer = await browser.post(paths.checkout, { provider: 'coins-ph', email: 'buyer@example.com' })
      expect(answer.status).toBe(503)
      expect(answer.text).not.toContain('javascript:')
      expect(await count(hijacked, 'orders')).toBe(0)
      expect(await count(hijacked, 'carts')).toBe(1)
      const client = coinsPhClient(hijacked.config)
      const amount = { amount: '1', currency: 'PHP' }
      await expect(
        client.open({ reference: 'ORDER-1', amount, email: 'buyer@example.com', expiresAt: new Date() }),
      ).rejects.toThrow('coins-ph: the payment page is not at an https address')
    } finally {
      await hijacked.close()
      await provider.close()
    }
  })
})

describe('W04: the return page', () => {
  test.each([
    'order=1001&status=paid',
    'status=SUCCESS&result=success',
    'invoice_id=1&event=invoice.fully_paid',
    'order_id=%00&payment_request_id[]=x',
  ])('believes nothing in ?%s', async (query) => {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'city-pay')
    const before = await orderIn(shop, id)
    const answer = await browser.agent.get(`${paths.return}?${query}&order_id=${before.reference}`)
    expect(answer.text).toContain(before.reference)
    expect(answer.text).toMatch(/wait/i)
    expect(await orderIn(shop, id)).toEqual(before)
  })

  test('shows nobody else an order, whatever reference is in the address', async () => {
    const id = await buy(openBrowser(shop), 'city-pay')
    const { reference } = await orderIn(shop, id)
    const answer = await openBrowser(shop).agent.get(`${paths.return}?order_id=${reference}`)
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain(reference)
  })
})

describe('W05: prices', () => {
  test('come from the catalogue, whatever the forms say', async () => {
    const browser = openBrowser(shop)
    const forged = { price: '0.01', amount: '0.01', total: '0.01', currency: 'JPY' }
    await browser.post(paths.cart, { product: 'teapot', quantity: '2', ...forged })
    const answer = await browser.post(paths.checkout, {
      provider: 'coinbar-pay',
      email: 'buyer@example.com',
      ...forged,
    })
    const { payment, lines } = await orderIn(shop, answer.headers['location']!.split('/').at(-1)!)
    expect(payment.expected).toEqual({ amount: '99.8', currency: 'EUR' })
    expect(lines[0]!.totals).toEqual([{ amount: '99.80', currency: 'EUR' }])
  })

  test.each([
    { product: 'cups', quantity: '-1' },
    { product: 'cups', quantity: '1.5' },
    { product: 'cups', quantity: '1e9' },
    { product: 'cups', quantity: 'NaN' },
    { product: 'cups', quantity: '0' },
    { product: 'cups', quantity: '' },
    { product: 'nothing', quantity: '1' },
    { product: '__proto__', quantity: '1' },
    { quantity: '1' },
  ])('and %j is not an item', async (form) => {
    const answer = await openBrowser(shop).post(paths.cart, form)
    expect(answer.status).toBe(400)
  })

  test.each([{ product: 'cups' }, { product: 'cups', quantity: '' }, { product: 'cups', quantity: '-1' }])(
    'and %j does not say how many there are to be',
    async (form) => {
      const browser = openBrowser(shop)
      await browser.post(paths.cart, { product: 'cups', quantity: '3' })
      expect((await browser.post(paths.cartUpdate, form)).status).toBe('quantity' in form ? 422 : 400)
      expect((await browser.agent.get(paths.cart)).text).toContain('value="3"')
      expect((await browser.post(paths.cartUpdate, { product: 'cups', quantity: '0' })).status).toBe(303)
      expect((await browser.agent.get(paths.cart)).text).not.toContain('value="3"')
    },
  )

  test('a cart cookie carries no prices to alter: it is one random word', async () => {
    const { headers } = await request(shop.shop.url).get(paths.catalogue)
    expect(headers['set-cookie']).toHaveLength(1)
    expect(headers['set-cookie']![0]).toMatch(/^session=[\w-]{43}\.[\w-]{43}; .*HttpOnly; SameSite=Lax$/)
  })
})

describe("W06: other people's orders", () => {
  test('are not found by reference or by guessing', async () => {
    const id = await buy(openBrowser(shop), 'coins-ph')
    const { reference } = await orderIn(shop, id)
    expect(id).toMatch(/^[\w-]{24}$/)
    for (const guess of [
      reference,
      '1',
      '1002',
      id.slice(0, -1),
      `${id}x`,
      id.toLowerCase(),
      '%2e%2e',
      "' OR 1=1 --",
    ]) {
      for (const path of [paths.order, paths.orderFragment, paths.orderSignal, paths.orderEvents]) {
        const { status } = await openBrowser(shop).agent.get(path(guess).replace('%252e', '%2e'))
        expect([guess, status]).toEqual([guess, 404])
      }
    }
  })

  test('their addresses are in no log and in no Referer', async () => {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'coins-ph')
    const { headers } = await browser.agent.get(paths.order(id))
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cache-control']).toBe('no-store')
    await payInFull(shop, id)
    await shop.shop.sendMails()
    expect(shop.lines.length).toBeGreaterThan(0)
    for (const line of shop.lines) expect(line).not.toContain(id)
  })
})

describe('W07: forms of other sites', () => {
  const FORMS = [
    paths.cart,
    paths.cartUpdate,
    paths.checkout,
    paths.payAgain('x'),
    paths.operatorLogin,
    paths.operatorLogout,
    paths.operatorDecide('x'),
    `${paths.operatorEvents}/replay`,
    `${paths.operatorEvents}/dismiss`,
  ]

  test.each(FORMS)('%s is refused without the token of this session', async (path) => {
    const staff = await operator()
    const foreign = await openBrowser(shop).csrfToken()
    expect((await staff.agent.post(path).type('form').send({ product: 'cups' })).status).toBe(403)
    expect((await staff.agent.post(path).type('form').send({ _csrf: foreign })).status).toBe(403)
    expect(
      (
        await staff.agent
          .post(path)
          .type('form')
          .send({ _csrf: ['a', 'b'] })
      ).status,
    ).toBe(403)
    expect((await staff.agent.post(path).send({ _csrf: await staff.csrfToken() })).status).toBe(403)
  })

  test.each([paths.catalogue, paths.cart, paths.operatorLogin, '/nothing'])('%s cannot be framed', async (path) => {
    const { headers } = await request(shop.shop.url).get(path)
    const policy = headers['content-security-policy']!
    expect(headers['x-frame-options']).toBe('DENY')
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("form-action 'self'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers).not.toHaveProperty('x-powered-by')
  })

  test.each([paths.operator, paths.operatorEvents, `${paths.operatorEvents}/event`, paths.operatorOrder('x')])(
    '%s asks strangers to log in',
    async (path) => {
      const answer = await openBrowser(shop).agent.get(path)
      expect([answer.status, answer.headers['location']]).toEqual([303, paths.operatorLogin])
    },
  )

  test("an operator's cookie is of no use in another browser, nor after its time", async () => {
    const page = await request(shop.shop.url).get(paths.operatorLogin)
    const session = page.headers['set-cookie']![0]!.split(';')[0]!
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)![1]!
    const form = { _csrf, token: OPERATOR_TOKEN }
    const login = await request(shop.shop.url).post(paths.operatorLogin).set('cookie', session).type('form').send(form)
    const [renewed, cookie] = login.headers['set-cookie']!
    const own = renewed!.split(';')[0]!
    expect(cookie).toMatch(/^operator=\d+\.[\w-]+; .*Path=\/; .*HttpOnly; SameSite=Strict$/)

    const [, expiry, proof] = /operator=(\d+)\.([\w-]+)/.exec(cookie!)!
    const statusWith = async (...cookies: string[]) =>
      (await request(shop.shop.url).get(paths.operator).set('cookie', cookies.join('; '))).status
    expect(await statusWith(own, `operator=${expiry}.${proof}`)).toBe(200)
    expect(await statusWith(session, `operator=${expiry}.${proof}`)).toBe(303)
    expect(await statusWith(`operator=${expiry}.${proof}`)).toBe(303)
    expect(await statusWith(own, `operator=${Number(expiry) + 1}.${proof}`)).toBe(303)
    expect(await statusWith(own, `operator=1.${proof}`)).toBe(303)
  })

  test.each(['', 'wrong', `${OPERATOR_TOKEN} `])('%j is not the operator token', async (token) => {
    const answer = await openBrowser(shop).post(paths.operatorLogin, { token })
    expect(answer.status).toBe(401)
    expect(answer.headers['set-cookie'] ?? []).not.toContainEqual(expect.stringContaining('operator='))
  })
})

describe('errors', () => {
  test.each(['/%ff', '/orders/%E0%A4%A', '/assets/%00', '/assets/../config.ts'])('%s tells nothing', async (path) => {
    const { status, text } = await request(shop.shop.url).get(path)
    expect([400, 404]).toContain(status)
    expect(text).not.toMatch(/node_modules|at \w+ \(|\/examples\//)
  })

  test('while the database is away, pages say that nothing was lost, and the log says why', async () => {
    const own = await openShop()
    try {
      await own.db.rows(sql`ALTER TABLE carts RENAME TO carts_away`)
      const { status, text } = await request(own.shop.url).get(paths.catalogue)
      expect(status).toBe(503)
      expect(text).toContain('Nothing was lost.')
      expect(own.lines.filter((line) => line.includes('no such table: carts'))).toHaveLength(1)
      await own.db.rows(sql`ALTER TABLE carts_away RENAME TO carts`)
      expect((await request(own.shop.url).get(paths.catalogue)).status).toBe(200)
    } finally {
      await own.close()
    }
  })

  test('secrets are in no log line', async () => {
    const id = await buy(openBrowser(shop), 'city-pay')
    await payInFull(shop, id)
    const { accounts } = shop
    const [row] = await shop.db.rows(sql`SELECT token FROM payments WHERE order_id = ${id}`)
    const secrets = [
      ...[accounts.coinsPh.token, accounts.cryptoGateway.apiKey, accounts.cryptoGateway.secret],
      ...[accounts.coinbarPay.secretKey, accounts.cityPay.accessToken, OPERATOR_TOKEN, row!['token'] as string],
    ]
    for (const line of shop.lines) for (const secret of secrets) expect(line).not.toContain(secret)
  })
})
