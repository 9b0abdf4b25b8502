/** Sessions of visitors and of the operator: `shop/web/visitor.ts`, `shop/web/cookies.ts`, `shop/operator/login-limit.ts`. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import request from 'supertest'
import { createShop } from '../shop/app.js'
import { loginLimit } from '../shop/operator/login-limit.js'
import { paths } from '../shop/views/paths.js'
import { buy, openBrowser, orderIn } from './support/buyer.js'
import { openShop, OPERATOR_TOKEN, type TestShop } from './support/open-shop.js'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

describe('sessions', () => {
  const cookiesOf = (answer: { headers: Record<string, unknown> }) => (answer.headers['set-cookie'] ?? []) as string[]
  const sessionIn = (answer: { headers: Record<string, unknown> }) =>
    /session=([^;]*)/.exec(cookiesOf(answer).find((cookie) => cookie.includes('session=')) ?? '')?.[1]

  test('are those that the shop has made: one that somebody made up is replaced', async () => {
    const page = await request(shop.shop.url).get(paths.catalogue)
    const known = sessionIn(page)!
    const again = await request(shop.shop.url).get(paths.catalogue).set('cookie', `session=${known}`)
    expect(cookiesOf(again)).toEqual([])
    const [random, proof] = known.split('.')
    for (const madeUp of [random!, `${'A'.repeat(43)}.${proof}`, `${random}.`, 'A'.repeat(43)]) {
      const answer = await request(shop.shop.url).get(paths.catalogue).set('cookie', `session=${madeUp}`)
      expect([madeUp, sessionIn(answer)]).toEqual([madeUp, expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/)])
      expect(sessionIn(answer)).not.toBe(madeUp)
    }
  })

  test('are renewed at the login, and take the cart and the orders along', async () => {
    const browser = openBrowser(shop)
    const id = await buy(browser, 'coins-ph')
    await browser.post(paths.cart, { product: 'cups' })
    const before = (await orderIn(shop, id)).session
    const login = await browser.post(paths.operatorLogin, { token: OPERATOR_TOKEN })
    expect(sessionIn(login)).toBeDefined()
    expect((await orderIn(shop, id)).session).not.toBe(before)
    expect((await browser.agent.get(paths.return)).text).toContain((await orderIn(shop, id)).reference)
    expect((await browser.agent.get(paths.cart)).text).toContain('Cart, 1 piece')
  })

  test('have names over https that no other page of the host can set', async () => {
    const secure = await createShop({ ...shop.config, publicUrl: 'https://shop.example' }, { log: () => {} })
    try {
      const page = await request(secure.app).get(paths.operatorLogin)
      const [session] = cookiesOf(page)
      expect(session).toMatch(/^__Host-session=[\w.-]{87}; .*Path=\/; .*HttpOnly; Secure; SameSite=Lax$/)
      const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)![1]!
      const login = await request(secure.app)
        .post(paths.operatorLogin)
        .set('cookie', session!.split(';')[0]!)
        .type('form')
        .send({ _csrf, token: OPERATOR_TOKEN })
      expect(cookiesOf(login)).toContainEqual(
        expect.stringMatching(/^__Host-operator=\d+\.[\w-]+; .*Path=\/; .*HttpOnly; Secure; SameSite=Strict$/),
      )
    } finally {
      await secure.close()
    }
  })

  test('are not given out for guessing: ten wrong tokens, and an address has to wait', async () => {
    const guessed = await openShop()
    try {
      const browser = openBrowser(guessed)
      const statuses: number[] = []
      for (let guess = 0; guess < 11; guess++) {
        statuses.push((await browser.post(paths.operatorLogin, { token: `guess ${guess}` })).status)
      }
      expect(statuses).toEqual([...Array<number>(10).fill(401), 429])
      expect((await browser.post(paths.operatorLogin, { token: OPERATOR_TOKEN })).status).toBe(429)
    } finally {
      await guessed.close()
    }
  })
})

test('an address that has waited ten minutes may try again', () => {
  let now = 0
  const limit = loginLimit(() => now)
  for (let guess = 0; guess < 10; guess++) limit.countWrong('192.0.2.1')
  expect([limit.isReached('192.0.2.1'), limit.isReached('192.0.2.2')]).toEqual([true, false])
  now = 10 * 60_000
  expect(limit.isReached('192.0.2.1')).toBe(false)
})
