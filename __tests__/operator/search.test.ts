/** What a search finds, over a socket: what fields name, and what kept bodies alone have. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import type { DurableStore } from 'express-payment-webhooks'
import { claimRequest } from '../support/claim-request.js'
import { openOperatorPage } from '../support/operator-page.js'

const opened: { close(): unknown }[] = []
const open = async (...args: Parameters<typeof openOperatorPage>) => {
  const page = await openOperatorPage(...args)
  opened.push(page)
  return page
}
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

/** A handled event of ORDER-8, and a delivery that could not be read and has the order in its body alone. */
async function fillUnreadable(store: DurableStore) {
  const unread = 'u'.repeat(43)
  const why = { code: 'PAYLOAD_INVALID', message: 'amount: not a number' }
  const about = { provider: 'acme', account: '', eventId: null, orderId: null, headers: {}, ...why }
  await store.quarantine({ ...about, key: unread, body: Buffer.from('{"order":"ORDER-8","amount":"much"}') })
  await pause(5)
  const pending = claimRequest({ orderId: 'ORDER-8', paymentId: 'pay_8', eventType: 'payment.pending' })
  await store.claim(pending)
  await store.complete(pending.key, pending.token)
  return { unread, pending: pending.key }
}

describe('an unreadable payment of an order', () => {
  const keysIn = (text: string) => [...text.matchAll(/event\?key=([\w-]{43})/g)].map(([, key]) => key!)

  test('is found by the order, although another event of it is done, and says why it is there', async () => {
    const page = await open({ authorize: () => true })
    const { unread, pending } = await fillUnreadable(page.store)
    const { text } = await page.browser().get('/?q=ORDER-8')
    expect(keysIn(text)).toEqual([pending, unread])
    expect(text.match(/its body contains <span class="code">ORDER-8<\/span>/g)).toHaveLength(1)
    for (const [narrowed, keys] of [
      ['&state=quarantined', [unread]],
      ['&state=done', [pending]],
      ['&provider=ohm', []],
    ] as const)
      expect([narrowed, keysIn((await page.browser().get(`/?q=ORDER-8${narrowed}`)).text)]).toEqual([narrowed, keys])
  })

  test('that is older than all of the first page is on the second one, once', async () => {
    const page = await open({ authorize: () => true })
    const { unread } = await fillUnreadable(page.store)
    for (let at = 0; at < 60; at++) await page.store.claim(claimRequest({ orderId: 'ORDER-8' }))
    const first = (await page.browser().get('/?q=ORDER-8')).text
    const older = /href="[^"]*(\/\?[^"]*before=[^"]*)"/.exec(first)![1]!.replaceAll('&amp;', '&')
    const keys = [...keysIn(first), ...keysIn((await page.browser().get(older)).text)]
    expect([keys.length, keys.lastIndexOf(unread), keys.indexOf(unread)]).toEqual([62, 61, 61])
  })

  test('is not looked for by an id that is too short, and the page leads to where it is', async () => {
    const page = await open({ authorize: () => true })
    await fillUnreadable(page.store)
    const { text } = await page.browser().get('/?q=1001')
    expect(text).toContain(`<a href="${page.path}/?state=quarantined">all that is quarantined</a>`)
    expect((await page.browser().get('/?q=ORDER-9')).text).not.toContain('all that is quarantined')
  })
})

test.each(['?q=ORDER-8', '?provider=acme', '?since=1h', '?q=ORDER-8&state=done'])(
  'counts nothing of the whole store above %s, where states lead to what is found',
  async (search) => {
    const page = await open({ authorize: () => true })
    await fillUnreadable(page.store)
    const { text } = await page.browser().get(`/${search}`)
    expect(text).toMatch(/<a href="[^"]*state=quarantined[^>]*>Quarantined<\/a\s*>/)
    expect(text).not.toMatch(/<strong>\d/)
  },
)

test('says where a state has nothing of what is looked for, and leads to all states', async () => {
  const page = await open({ authorize: () => true })
  await fillUnreadable(page.store)
  const { text } = await page.browser().get('/?q=ORDER-8&state=failed')
  expect(text.replace(/\s+/g, ' ')).toContain(
    'Nothing was found for <span class="code">ORDER-8</span> in the state <strong>Failed</strong>.',
  )
  expect(text).toContain(`<a href="${page.path}/?q=ORDER-8">Search all states</a>`)
})
