/**
 * Keys that deliveries name: known keys never wait, unknown keys share a few fetches, and an unreachable provider makes no
 * forgery pass.
 */
import { describe, expect, jest, test } from '@jest/globals'
import { DeliveryError } from '../../src/errors.js'
import { KeyCache } from '../../src/crypto/key-cache.js'
import { settled, withFakeTime } from '../support/fake-time.js'

withFakeTime()

const DAY = 24 * 60 * 60 * 1000

/** A provider's key service that answers when the test tells it to. */
function service() {
  const asked: string[] = []
  const signals: AbortSignal[] = []
  const answers: { give: (key: string | null) => void; fail: (error: unknown) => void }[] = []
  const cache = new KeyCache<string>((name, { signal }) => {
    asked.push(name)
    signals.push(signal)
    return new Promise((give, fail) => answers.push({ give, fail }))
  }, DAY)
  const get = (name: string) =>
    cache.get(name).then(
      (key) => key,
      (error: unknown) => `${(error as DeliveryError).code}: ${(error as DeliveryError).message}`,
    )
  /** Fetches a key of this name, so that it is cached. */
  const learn = async (name: string, key = `key of ${name}`) => {
    const found = get(name)
    answers.at(-1)!.give(key)
    return found
  }
  return { cache, asked, signals, answers, get, learn }
}

describe('a key that is known', () => {
  test('is there at once, without a fetch', async () => {
    const { cache, asked, learn } = service()
    expect(cache.known('a')).toBeUndefined()
    expect(await learn('a')).toBe('key of a')
    for (let times = 0; times < 100; times++) expect(cache.known('a')).toBe('key of a')
    jest.advanceTimersByTime(DAY - 1)
    expect(cache.known('a')).toBe('key of a')
    expect(asked).toEqual(['a'])
  })

  test('is fetched anew after a day, and nobody waits for that', async () => {
    const { cache, asked, answers, learn } = service()
    await learn('a')
    jest.advanceTimersByTime(DAY)
    for (let times = 0; times < 100; times++) expect(cache.known('a')).toBe('key of a')
    expect(asked).toEqual(['a', 'a'])
    answers[1]!.give('newer key of a')
    await settled()
    expect(cache.known('a')).toBe('newer key of a')
    jest.advanceTimersByTime(DAY - 1)
    expect(cache.known('a')).toBe('newer key of a')
    expect(asked).toHaveLength(2)
  })

  test('stays in use while its provider is away, which is asked once a minute and not with every delivery', async () => {
    const { cache, asked, answers, learn } = service()
    await learn('a')
    jest.advanceTimersByTime(DAY)
    for (let minute = 1; minute <= 10; minute++) {
      for (let times = 0; times < 50; times++) expect(cache.known('a')).toBe('key of a')
      expect(asked).toHaveLength(1 + minute)
      answers.at(-1)!.fail(new Error('no network'))
      await settled()
      jest.advanceTimersByTime(59_999)
      expect(cache.known('a')).toBe('key of a')
      expect(asked).toHaveLength(1 + minute)
      jest.advanceTimersByTime(1)
    }
  })

  test('is trusted no more once its provider says that there is none, and refused after it has said so twice', async () => {
    const { cache, asked, answers, get, learn } = service()
    await learn('a')
    jest.advanceTimersByTime(DAY)
    cache.known('a')
    answers[1]!.give(null)
    await settled()
    expect(cache.known('a')).toBeUndefined()
    const next = get('a')
    expect(asked).toHaveLength(3)
    answers[2]!.give(null)
    expect(await next).toBe('AUTH_KEY_UNKNOWN: the delivery names a key that the provider does not have')
    expect(await get('a')).toContain('AUTH_KEY_UNKNOWN')
    expect(asked).toHaveLength(3)
  })

  test('is one of 32: the one that came first makes room', async () => {
    const { cache, learn } = service()
    for (let at = 0; at < 33; at++) {
      jest.advanceTimersByTime(20_000)
      await learn(`key_${at}`)
    }
    expect(cache.known('key_0')).toBeUndefined()
    expect(cache.known('key_1')).toBe('key of key_1')
    expect(cache.known('key_32')).toBe('key of key_32')
  })
})

describe('a key that is not known', () => {
  test('is fetched once for all deliveries that wait for it', async () => {
    const { asked, answers, get } = service()
    const waiting = Array.from({ length: 50 }, () => get('a'))
    expect(asked).toEqual(['a'])
    answers[0]!.give('key of a')
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['key of a']))
  })

  test('shares six fetches a minute with all others; beyond that its delivery is asked for again', async () => {
    const { asked, answers, get } = service()
    const first = Array.from({ length: 6 }, (_, at) => get(`key_${at}`))
    const beyond = 'AUTH_UNDECIDED: more than 6 unknown keys were named within a minute'
    expect(await get('key_6')).toBe(beyond)
    for (const { give } of answers) give(null)
    await Promise.all(first)
    expect(await get('key_6')).toBe(beyond)
    jest.advanceTimersByTime(59_999)
    expect(await get('key_6')).toBe(beyond)
    jest.advanceTimersByTime(1)
    const found = get('key_6')
    answers.at(-1)!.give('key of 6')
    expect(await found).toBe('key of 6')
    expect(asked).toHaveLength(7)
  })

  test('joins a fetch of it that is under way, although the minute’s fetches are used up', async () => {
    const { answers, get } = service()
    const first = Array.from({ length: 6 }, (_, at) => get(`key_${at}`))
    const joined = get('key_0')
    for (const { give } of answers) give('a key')
    expect(await joined).toBe('a key')
    await Promise.all(first)
  })

  test('is remembered as such for a minute, without another fetch', async () => {
    const { asked, answers, get } = service()
    const refused = get('a')
    answers[0]!.give(null)
    expect(await refused).toContain('AUTH_KEY_UNKNOWN')
    jest.advanceTimersByTime(59_999)
    expect(await get('a')).toContain('AUTH_KEY_UNKNOWN')
    expect(asked).toHaveLength(1)
    jest.advanceTimersByTime(1)
    const found = get('a')
    answers[1]!.give('key of a')
    expect(await found).toBe('key of a')
  })

  test('is remembered with 999 others at most, so that strangers cannot fill the memory', async () => {
    const { asked, answers, get } = service()
    for (let at = 0; at < 1001; at++) {
      jest.advanceTimersByTime(10_000)
      // Time passes by hand; with real time, entries that are kept for a minute would expire.
      jest.setSystemTime(0)
      const refused = get(`key_${at}`)
      answers.at(-1)!.give(null)
      await refused
    }
    expect(asked).toHaveLength(1001)
  })
})

describe('a service for keys that is away', () => {
  test.each([
    ['fails', (fail: (error: unknown) => void) => fail(new Error('no network'))],
    ['answers late', () => jest.advanceTimersByTime(3000)],
  ])('and %s says nothing about the delivery: it is asked for again', async (_, happen) => {
    const { asked, answers, signals, get } = service()
    const undecided = get('a')
    happen(answers[0]!.fail)
    expect(await undecided).toContain('AUTH_UNDECIDED')
    // The failure is not cached: the next delivery fetches again.
    const found = get('a')
    answers[1]!.give('key of a')
    expect(await found).toBe('key of a')
    expect(asked).toHaveLength(2)
    expect(jest.getTimerCount()).toBe(0)
    expect(signals[1]!.aborted).toBe(false)
  })

  test('is told to stop after three seconds, and says why in an error of its own where it can', async () => {
    const { answers, signals, get } = service()
    const late = get('a')
    jest.advanceTimersByTime(2999)
    expect(signals[0]!.aborted).toBe(false)
    jest.advanceTimersByTime(1)
    expect(signals[0]!.aborted).toBe(true)
    expect(await late).toBe('AUTH_UNDECIDED: the key was not received within 3000 ms')
    const expired = get('b')
    answers[1]!.fail(new DeliveryError('AUTH_UNDECIDED', 'the certificate has expired'))
    expect(await expired).toBe('AUTH_UNDECIDED: the certificate has expired')
  })
})
