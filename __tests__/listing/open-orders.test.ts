/** Requests about each open order: if one of them fails, the others are still sent. */
import { describe, expect, test } from '@jest/globals'
import { eachOrder } from '../../src/listing/open-orders.js'
import type { Listed } from '../../src/lister.js'

const never = new AbortController().signal
const about = (order: string): Listed => ({ body: { order } })

/** The listed deliveries, the requested orders, and the failure at the end. */
async function listing(orders: readonly string[], bad: (order: string) => boolean, signal = never) {
  const asked: string[] = []
  const listed: Listed[] = []
  const list = eachOrder(
    () => orders,
    signal,
    (order) => {
      asked.push(order)
      if (bad(order)) throw new Error(`no answer about ${order}`)
      return order === 'nothing' ? [] : [about(order)]
    },
  )
  try {
    for await (const one of list) listed.push(one)
    return { asked, listed, failure: null }
  } catch (error) {
    return { asked, listed, failure: (error as Error).message }
  }
}

describe('open orders', () => {
  test('are all asked about, and each is listed with what was found', async () => {
    const orders = ['a', 'nothing', 'b']
    expect(await listing(orders, () => false)).toEqual({
      asked: orders,
      listed: [about('a'), about('b')],
      failure: null,
    })
  })

  test('behind one that has no usable answer are asked about all the same, and its failure ends the list', async () => {
    expect(await listing(['a', 'bad', 'b', 'worse', 'c'], (order) => order === 'bad' || order === 'worse')).toEqual({
      asked: ['a', 'bad', 'b', 'worse', 'c'],
      listed: ['a', 'b', 'c'].map(about),
      failure: 'no answer about bad',
    })
  })

  test('are left alone once ten in a row had no answer: the API is away', async () => {
    const orders = Array.from({ length: 30 }, (_, number) => String(number))
    const { asked, failure } = await listing(orders, (order) => Number(order) >= 5)
    expect([asked.length, failure]).toEqual([15, 'no answer about 5'])
  })

  test('are asked about until the list is stopped', async () => {
    expect(await listing(['a'], () => false, AbortSignal.abort(new Error('stopped')))).toEqual({
      asked: [],
      listed: [],
      failure: 'stopped',
    })
  })
})
