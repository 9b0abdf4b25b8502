import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import request from 'supertest'
import { coinbarGatewayUrl } from 'express-payment-webhooks'
import { accountsFrom, newAccounts } from '../sandbox/accounts.js'
import { openSandbox } from './support/sandbox.js'

describe("the providers' calls", () => {
  let world: Awaited<ReturnType<typeof openSandbox>>
  beforeEach(async () => void (world = await openSandbox()))
  afterEach(() => world.close())

  test('Coins.ph: the invoice as it is read says what was received, in eight decimals', async () => {
    const { id, expires_at } = await world.calls.invoice('ORDER-1', { amount: 20 })
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.now())
    await world.control.act('coins-ph', id, 'pay', { amount: '5' })
    const { body } = await request(world.url)
      .get(`/coins-ph/v1/invoices/${id}`)
      .set('authorization', `Token ${world.accounts.coinsPh.token}`)
      .expect(200)
    expect(body.invoice).toMatchObject({
      id,
      status: 'pending',
      amount: '20.00000000',
      amount_received: '5.00000000',
      amount_due: '15.00000000',
      external_transaction_id: 'ORDER-1',
    })
  })

  test("Coins.ph: the merchant's id is taken once", async () => {
    await world.calls.invoice('ORDER-1')
    await request(world.url)
      .post('/coins-ph/v3/invoices/')
      .set('authorization', `Token ${world.accounts.coinsPh.token}`)
      .send({ amount: '1', currency: 'PHP', external_transaction_id: 'ORDER-1' })
      .expect(400, { errors: { external_transaction_id: ['duplicate_external_transaction_id'] } })
  })

  test('crypto gateway: an address, and its transactions', async () => {
    const { id, address, coin, network } = await world.calls.address('ORDER-1')
    expect({ address, coin, network }).toEqual({
      address: expect.stringMatching(/^0x[0-9a-f]{40}$/),
      coin: 'usdt',
      network: 'ethereum',
    })
    await world.control.act('crypto-gateway', id, 'pay')
    const read = (path: string) =>
      request(world.url).get(`/crypto-gateway/api/v1${path}`).set('x-api-key', world.accounts.cryptoGateway.apiKey)
    const { body } = await read(`/transactions?address_id=${id}&status=pending`).expect(200)
    expect(body.data).toMatchObject([{ amount: '100.5', status: 'pending', metadata: { order_id: 'ORDER-1' } }])
    expect((await read(`/transactions?address_id=${id}&status=confirmed`)).body.data).toEqual([])
    expect((await read(`/addresses/${id}`).expect(200)).body.data.address).toBe(address)
  })

  test('CoinbarPay: a request token for the page that the package builds, and a signed status call', async () => {
    const { clientId, secretKey } = world.accounts.coinbarPay
    const { request_token: requestToken } = await world.calls.paymentRequest('ORDER-1')
    const page = await fetch(coinbarGatewayUrl({ requestToken, clientId, baseUrl: world.url }))
    expect(await page.text()).toContain('Pay 49.9 EUR')
    const path = '/coinbar/api/v2/pay/gateway/payment/ORDER-1/status'
    const signature = createHmac('sha256', secretKey).update('').digest('hex')
    const { body } = await request(world.url).get(path).set({ 'cbpay-api-key': clientId, signature }).expect(200)
    expect(body).toMatchObject({ payment_request_id_client: 'ORDER-1', status: 'CREATED', input_coin: 'EUR' })
    await request(world.url)
      .get(path)
      .set({ 'cbpay-api-key': clientId, signature: 'f'.repeat(64) })
      .expect(401)
  })

  test('CityPay: anybody with the token reads the order; a token is taken once', async () => {
    const { id } = await world.calls.cityPayOrder('ORDER-1', 'token-1')
    const { body } = await request(world.url).get('/city-pay/order/token-1').expect(200)
    expect(body.data).toMatchObject({ id, token: 'token-1', amountFiat: '50.00', status: { code: 'IN_PROGRESS' } })
    await request(world.url).get('/city-pay/order/token-2').expect(404)
    expect(await world.calls.cityPayOrder('ORDER-2', 'token-1')).toBeUndefined()
  })

  test.each([
    ['/coins-ph/v3/invoices/', 401],
    ['/crypto-gateway/api/v1/addresses', 401],
    ['/coinbar/api/v2/pay/gateway/request', 401],
    ['/city-pay/api/generateOrder', 422],
  ])('%s without credentials is refused', (path, status) => request(world.url).post(path).send({}).expect(status))

  test.each(['0', '-5', '1e3', 'a lot', ''])('an amount of %j is refused', async (amount) => {
    const { id } = await world.calls.address('ORDER-1')
    const path = `/sandbox/payments/crypto-gateway/${id}/actions`
    const { status } = await request(world.url).post(path).send({ action: 'pay', amount })
    // An empty field of the form means "the missing amount".
    expect(status).toBe(amount === '' ? 200 : 400)
  })

  test('what is not possible now is refused and changes nothing', async () => {
    const { id } = await world.calls.address('ORDER-1')
    const actions = `/sandbox/payments/crypto-gateway/${id}/actions`
    await request(world.url).post(actions).send({ action: 'refund' }).expect(409)
    await request(world.url).post(actions).send({ action: 'steal' }).expect(400)
    await request(world.url).post('/sandbox/payments/coins-ph/nothing/troubles').send({ trouble: 'forged' }).expect(404)
    expect((await world.control.view('crypto-gateway', id)).deliveries).toEqual([])
  })
})

describe('the pages', () => {
  let world: Awaited<ReturnType<typeof openSandbox>>
  beforeEach(async () => void (world = await openSandbox()))
  afterEach(() => world.close())

  test('a button goes back to the page, which shows what the shop answered', async () => {
    const { id, address } = await world.calls.address('ORDER-1')
    const wallet = `/crypto-gateway/wallet/${address}`
    const pressed = await request(world.url)
      .post(`/sandbox/payments/crypto-gateway/${id}/actions`)
      .type('form')
      .send({ action: 'pay', amount: '40' })
      .expect(303)
    expect(pressed.headers['location']).toBe(world.url + wallet)
    const { text } = await request(world.url).get(wallet).expect(200)
    expect(text).toContain('40 USDT')
    expect(text).toContain('answered 200')
    expect(text).toContain(`href="${world.receiver.url}/return?address=${address}"`)
  })

  test('names with HTML in them are shown, not obeyed; nothing inline is allowed', async () => {
    const { address } = await world.calls.address('<img src=x onerror=alert(1)>')
    for (const path of ['/', `/crypto-gateway/wallet/${address}`]) {
      const { text, headers } = await request(world.url).get(path).expect(200)
      expect(text).toContain('&lt;img src=x')
      expect(text).not.toContain('<img src=x')
      expect(text.match(/<script[^>]*>[^<]*/g)).toEqual(['<script src="/assets/live.js" type="module">'])
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';style-src 'self';script-src 'self';connect-src 'self';img-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
      )
    }
  })

  test("another site's page cannot press the buttons", async () => {
    const { id } = await world.calls.address('ORDER-1')
    await request(world.url)
      .post(`/sandbox/payments/crypto-gateway/${id}/actions`)
      .set('sec-fetch-site', 'cross-site')
      .type('form')
      .send({ action: 'pay' })
      .expect(403)
    expect((await world.control.view('crypto-gateway', id)).transfers).toEqual([])
  })

  test('what does not exist is said in the form that was asked for', async () => {
    const page = await request(world.url).get('/city-pay/invoice?token=nobody').set('accept', 'text/html').expect(404)
    expect(page.text).toContain('there is no such payment')
    await request(world.url).get('/nothing').set('accept', 'application/json').expect(404, {
      error: 'there is no such page',
    })
  })
})

describe('accounts', () => {
  test('every missing variable is named at once, and no value', () => {
    const { token } = newAccounts().coinsPh
    expect(() => accountsFrom({ COINS_PH_TOKEN: token })).toThrow(
      'set GATEWAY_API_KEY, GATEWAY_SECRET, COINBAR_CLIENT_ID, COINBAR_SECRET_KEY, CITYPAY_CUSTOMER_ID, CITYPAY_ACCESS_TOKEN, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET: the shop and the sandbox need the same values',
    )
  })
})
