/** Read-backs that deliveries share: never an older state than its delivery, and no payment takes another one's place. */
import { describe, expect, jest, test } from '@jest/globals'
import { SharedReads } from '../../src/read-back/shared-reads.js'
import { settled, withFakeTime } from '../support/fake-time.js'

withFakeTime()

/** Reads of payments, each of which answers when told to. */
function provider() {
  const reads = new SharedReads()
  const running: { key: string; answer: (state: unknown) => void; fail: (error: unknown) => void }[] = []
  const began: string[] = []
  const ask = (key: string) =>
    reads.share(
      key,
      () =>
        new Promise((answer, fail) => {
          began.push(key)
          running.push({ key, answer, fail })
        }),
    )
  /** Asks, and lets nobody's failure go unhandled. */
  const cause = (key: string) => void ask(key).catch(() => {})
  return { ask, cause, began, running }
}

const keys = (count: number, prefix = 'pay_') => Array.from({ length: count }, (_, at) => `${prefix}${at}`)

describe('deliveries of one payment', () => {
  test('share a read that begins after they arrived: never one that runs already', async () => {
    const { ask, began, running } = provider()
    const paid = ask('pay_1')
    await settled()
    expect(began).toEqual(['pay_1'])
    // The chargeback comes while the older state is being read, and so do two repeats of it.
    const later = [ask('pay_1'), ask('pay_1'), ask('pay_1')]
    await settled()
    expect(began).toEqual(['pay_1'])
    running[0]!.answer('paid')
    expect(await paid).toBe('paid')
    await settled()
    expect(began).toEqual(['pay_1', 'pay_1'])
    running[1]!.answer('charged back')
    expect(await Promise.all(later)).toEqual(['charged back', 'charged back', 'charged back'])
    expect(began).toHaveLength(2)
  })

  test('that come before a read has begun share it', async () => {
    const { ask, began, running } = provider()
    for (const key of keys(32, 'other_')) ask(key).catch(() => {})
    await settled()
    const waiting = [ask('pay_1'), ask('pay_1')]
    running[0]!.answer(null)
    await settled()
    expect(began.filter((key) => key === 'pay_1')).toHaveLength(1)
    running.at(-1)!.answer('paid')
    expect(await Promise.all(waiting)).toEqual(['paid', 'paid'])
  })

  test('share its failure too, and the next one is read anew', async () => {
    const { ask, running } = provider()
    const first = ask('pay_1')
    await settled()
    running[0]!.fail(new Error('no network'))
    await expect(first).rejects.toThrow('no network')
    const second = ask('pay_1')
    await settled()
    running[1]!.answer('paid')
    expect(await second).toBe('paid')
  })
})

describe('reads of all payments', () => {
  test('are 32 at a time; the others wait for a place, in order', async () => {
    const { cause, began, running } = provider()
    for (const key of keys(40)) cause(key)
    await settled()
    expect(began).toEqual(keys(32))
    running[5]!.answer(null)
    await settled()
    expect(began).toEqual(keys(33))
    running[6]!.fail(new Error('no'))
    await settled()
    expect(began).toEqual(keys(34))
  })

  test('are 1000 that wait, beyond which deliveries are asked to come back', async () => {
    const { ask, cause } = provider()
    for (const key of keys(1032)) cause(key)
    await settled()
    await expect(ask('one too many')).rejects.toMatchObject({
      code: 'BUSY',
      message: '1000 payments are waiting to be read back',
    })
  })

  test('wait no longer than for a payment of their own: one that was refused is welcome again', async () => {
    const { ask, cause, running } = provider()
    for (const key of keys(1032)) cause(key)
    await settled()
    await expect(ask('pay')).rejects.toMatchObject({ code: 'BUSY' })
    running[0]!.answer(null)
    await settled()
    await expect(Promise.race([ask('pay'), Promise.resolve('it waits')])).resolves.toBe('it waits')
  })
})

describe('payments that were read within the last minute', () => {
  /** 24 payments are being read, each for the second time. */
  async function repeated() {
    const { ask, cause, began, running } = provider()
    for (const key of keys(24)) cause(key)
    await settled()
    for (const { answer } of running.splice(0)) answer(null)
    await settled()
    for (const key of keys(24)) cause(key)
    await settled()
    began.splice(0)
    return { ask, cause, began, running }
  }

  test('leave eight places to those that were not', async () => {
    const { cause, began } = await repeated()
    // Read as well, and so they wait; and they hold up none of those behind them.
    cause('pay_0')
    cause('pay_1')
    for (const key of keys(9, 'fresh_')) cause(key)
    await settled()
    expect(began).toEqual(keys(8, 'fresh_'))
  })

  test('have their turn when others are done', async () => {
    const { ask, began, running } = await repeated()
    const again = ask('pay_0')
    await settled()
    expect(began).toEqual([])
    running.shift()!.answer(null)
    await settled()
    expect(began).toEqual(['pay_0'])
    running.at(-1)!.answer('paid')
    expect(await again).toBe('paid')
  })

  test('are like any other after that', async () => {
    const { cause, began, running } = provider()
    cause('pay_0')
    await settled()
    running.splice(0)[0]!.answer(null)
    await settled()
    for (const key of keys(24, 'other_')) cause(key)
    await settled()
    began.splice(0)
    jest.advanceTimersByTime(59_999)
    cause('pay_0')
    await settled()
    expect(began).toEqual([])
    jest.advanceTimersByTime(1)
    cause('fresh')
    await settled()
    expect(began).toEqual(['pay_0', 'fresh'])
  })
})

test('what is remembered of payments is bounded', async () => {
  const { ask, running } = provider()
  for (const key of keys(10_100)) {
    const read = ask(key)
    await Promise.resolve()
    running.splice(0)[0]!.answer(null)
    await read
  }
  // The first hundred are forgotten: they may take a reserved place.
  const { length } = running
  for (const key of keys(24, 'other_')) void ask(key).catch(() => {})
  await settled()
  void ask('pay_0').catch(() => {})
  void ask('pay_10000').catch(() => {})
  await settled()
  expect(running.slice(length).map(({ key }) => key)).toEqual([...keys(24, 'other_'), 'pay_0'])
})
