import { describe, expect, test } from '@jest/globals'
import { batching } from '../../../src/stores/internal/batching.js'

/** Notes the texts that it runs, and answers each with its length. */
function noting(run: (texts: readonly string[]) => Promise<readonly (number | Error)[]> | undefined) {
  const ran: string[][] = []
  const batches = batching<string, number>({
    async run(texts) {
      ran.push([...texts])
      return (await run(texts)) ?? texts.map((text) => text.length)
    },
    keyOf: (text) => text[0]!,
    isRefusal: (error) => error instanceof RangeError,
  })
  const all = (...texts: string[]) => Promise.allSettled(texts.map((text) => batches.add(text)))
  return { ran, batches, all }
}

const answer = (value: number) => ({ status: 'fulfilled', value })

describe('batching', () => {
  test('what comes in one turn of the loop goes together, and each is answered', async () => {
    const { ran, all } = noting(() => undefined)
    expect(await all('a', 'bb', 'ccc')).toEqual([answer(1), answer(2), answer(3)])
    expect(ran).toEqual([['a', 'bb', 'ccc']])
  })

  test('two about one key never go together, and the first goes first', async () => {
    const { ran, all } = noting(() => undefined)
    await all('a1', 'b1', 'a2', 'a3')
    expect(ran).toEqual([['a1', 'b1'], ['a2'], ['a3']])
  })

  test('what was refused is repeated one by one, and only who is to blame is rejected', async () => {
    const refused = new RangeError('b')
    const { ran, all } = noting((texts) => (texts.includes('b') ? Promise.reject(refused) : undefined))
    expect(await all('a', 'b', 'c')).toEqual([answer(1), { status: 'rejected', reason: refused }, answer(1)])
    expect(ran).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']])
  })

  test('what may have happened is not repeated', async () => {
    const reason = new Error('connection lost')
    const { ran, all } = noting(() => Promise.reject(reason))
    expect(await all('a', 'b')).toEqual(Array(2).fill({ status: 'rejected', reason }))
    expect(ran).toEqual([['a', 'b']])
  })

  test('an Error among the answers is one call’s own', async () => {
    const reason = new Error('no')
    const { all } = noting(() => Promise.resolve([1, reason, 3]))
    expect(await all('a', 'b', 'c')).toEqual([answer(1), { status: 'rejected', reason }, answer(3)])
  })

  test('a hundred go at a time', async () => {
    const { ran, all } = noting(() => undefined)
    await all(...Array.from({ length: 250 }, (_, number) => String.fromCodePoint(1000 + number)))
    expect(ran.map(({ length }) => length)).toEqual([100, 100, 50])
  })

  test('while two are under way the others wait for each other, and not for one that gets no answer', async () => {
    const { ran, batches } = noting((texts) => (texts[0]! < 'c' ? new Promise(() => {}) : undefined))
    for (const text of ['a', 'b']) {
      void batches.add(text)
      await new Promise(setImmediate)
    }
    const late = batches.add('c')
    await new Promise(setImmediate)
    expect(await Promise.all([late, batches.add('dd')])).toEqual([1, 2])
    expect(ran).toEqual([['a'], ['b'], ['c', 'dd']])
  })

  test('flush sends at once', () => {
    const { ran, batches } = noting(() => undefined)
    void batches.add('a1')
    void batches.add('a2')
    batches.flush()
    expect(ran).toEqual([['a1'], ['a2']])
  })
})
