/** The parts that keep an order page up to date: a stream, a signal to poll, and a fragment to show. */
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Response } from 'express'
import { eventStreams } from '../shop/live/event-stream.js'
import type { OrderVersion } from '../shop/orders/orders.js'
import { paths } from '../shop/views/paths.js'
import type { OrderSignal } from '../shop/views/props.js'
import { buy, openBrowser, orderIn, payInFull } from './support/buyer.js'
import { openShop, type TestShop } from './support/open-shop.js'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

/** Reads a stream event by event. */
async function* signals(id: string, signal: AbortSignal): AsyncGenerator<OrderSignal> {
  const { body, headers } = await fetch(`${shop.shop.url}${paths.orderEvents(id)}`, { signal })
  expect(headers.get('content-type')).toMatch(/^text\/event-stream/)
  let text = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString()
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, data] = /^event: order\nid: \d+\ndata: (.+)$/.exec(block) ?? []
      if (data !== undefined) yield JSON.parse(data) as OrderSignal
    }
  }
}

test('a stream says where the order is at once, and again after every change', async () => {
  const id = await buy(openBrowser(shop), 'crypto-gateway')
  const stop = new AbortController()
  const stream = signals(id, stop.signal)
  const { value: first } = await stream.next()
  expect(first).toEqual({ version: (await orderIn(shop, id)).payment.version, final: false, now: expect.any(String) })

  const paid = await payInFull(shop, id)
  const seen: number[] = [(first as OrderSignal).version]
  while (seen.at(-1)! < paid.payment.version) {
    const { value } = await stream.next()
    seen.push((value as OrderSignal).version)
  }
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b))
  expect(seen.at(-1)).toBe(paid.payment.version)
  stop.abort()
})

test('a heartbeat goes by the order as it has become', async () => {
  const order = await orderIn(shop, await buy(openBrowser(shop), 'coins-ph'))
  jest.useFakeTimers()
  try {
    let change: (order: OrderVersion) => void = () => {}
    const streams = eventStreams({
      watch(_id, _version, listener) {
        change = listener
        return () => {}
      },
      nudge() {},
      close: async () => {},
    })
    const written = new PassThrough()
    const response = Object.assign(written, { status: () => response, set: () => response }) as unknown as Response
    streams.open(response, order)
    const { id, payment } = order
    change({ id, version: payment.version + 1, status: 'refunded', expiresAt: payment.expiresAt!, wasPaid: true })
    jest.advanceTimersByTime(15_000)
    streams.close()
    const events = String(written.read())
      .match(/(?<=data: ).+/g)!
      .map((data) => JSON.parse(data) as OrderSignal)
    expect(events.map(({ version, final }) => [version - payment.version, final])).toEqual([
      [0, false],
      [1, true],
      [1, true],
    ])
  } finally {
    jest.useRealTimers()
  }
})

test('the signal and the fragment say the same, and nothing keeps them', async () => {
  const { agent } = openBrowser(shop)
  const id = await buy(openBrowser(shop), 'coins-ph')
  const before = await agent.get(paths.orderSignal(id))
  expect(before.headers['cache-control']).toBe('no-store')
  const paid = await payInFull(shop, id)
  const after = await agent.get(paths.orderSignal(id))
  expect((after.body as OrderSignal).version).toBe(paid.payment.version)
  const fragment = await agent.get(paths.orderFragment(id))
  expect(fragment.headers['cache-control']).toBe('no-store')
  expect(fragment.text).toContain(`data-version="${paid.payment.version}"`)
  expect(fragment.text).not.toContain('<html')
})

test('streams end when the shop does', async () => {
  const own = await openShop()
  const id = await buy(openBrowser(own), 'coins-ph')
  const answer = await fetch(`${own.shop.url}${paths.orderEvents(id)}`)
  const ended = answer.text()
  await own.close()
  expect(await ended).toContain('event: order')
})
