import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { memoryStore } from '../../src/stores/memory.js'
import { storeConformance } from '../../src/testing/store-conformance.js'
import { claimRequest } from '../support/claim-request.js'

describe('memoryStore on the machine clock', () => storeConformance({ test, create: () => memoryStore() }))

describe('memoryStore', () => {
  afterEach(() => {
    jest.restoreAllMocks()
  })

  /** Claims and completes events, one after the other. */
  async function complete(store: ReturnType<typeof memoryStore>, count: number, retainMs = 60_000) {
    const requests = Array.from({ length: count }, () => claimRequest({ retainMs }))
    for (const request of requests) {
      await store.claim(request)
      await store.complete(request.key, request.token)
    }
    return requests
  }

  test('beyond maxEvents the oldest handled event is forgotten, with one warning', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const store = memoryStore({ maxEvents: 3 })
    const [oldest, second] = await complete(store, 5)
    expect(await store.claim({ ...oldest!, token: 'another' })).toMatchObject({ state: 'claimed', attempt: 1 })
    expect(await store.claim({ ...second!, token: 'another' })).toMatchObject({ state: 'claimed', attempt: 1 })
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]![0]).toContain('maxEvents')
  })

  test('beyond maxEvents an event that is being handled is not forgotten', async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const store = memoryStore({ maxEvents: 2 })
    const held = claimRequest()
    await store.claim(held)
    await complete(store, 10)
    expect(await store.claim({ ...held, token: 'another' })).toEqual({ state: 'busy' })
  })

  test('claims of new events forget expired ones, so that a quiet map does not keep growing', async () => {
    let time = 0
    const store = memoryStore({ maxEvents: 100, now: () => time })
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {
      throw new Error('the map ran full')
    })
    for (let round = 0; round < 20; round++) {
      await complete(store, 40, 1000)
      time += 2000
    }
    expect(await store.claim(claimRequest())).toMatchObject({ state: 'claimed' })
  })

  test('a released event is free, also when the clock was set back since', async () => {
    let time = 10_000
    const store = memoryStore({ now: () => time })
    const request = claimRequest()
    await store.claim(request)
    await store.release(request.key, request.token, 'why')
    time = 0
    expect(await store.claim({ ...request, token: 'another' })).toMatchObject({ state: 'claimed', attempt: 2 })
  })

  test('a failed event keeps its attempts until retainMs after its lease, and not longer', async () => {
    let time = 0
    const store = memoryStore({ now: () => time })
    const failed = claimRequest({ retainMs: 1000 })
    await store.claim(failed)
    await store.release(failed.key, failed.token, 'why')
    time = 900
    await complete(store, 5)
    expect(await store.claim({ ...failed, token: 'second' })).toMatchObject({ attempt: 2 })
    await store.release(failed.key, 'second', 'why')
    time = 2000
    await complete(store, 20)
    expect(await store.claim({ ...failed, token: 'third' })).toMatchObject({ attempt: 1 })
  })

  test.each([
    ['in production', { NODE_ENV: 'production' }],
    ["in a worker of Node's cluster", { NODE_UNIQUE_ID: '1' }],
    ['under PM2', { pm_id: '0' }],
  ])('init warns %s, where another process would handle an event again', (_where, env) => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const before = { ...process.env }
    Object.assign(process.env, env)
    try {
      void memoryStore().init()
    } finally {
      for (const name of Object.keys(env)) delete process.env[name]
      Object.assign(process.env, before)
    }
    expect(warn.mock.calls[0]![0]).toContain('use a durable store')
  })

  test('init says nothing of one process in development', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    void memoryStore().init()
    expect(warn).not.toHaveBeenCalled()
  })

  test.each([{ maxEvents: 0 }, { maxEvents: 1.5 }, { maxEvents: '5' as never }])('options %j throw', (options) => {
    expect(() => memoryStore(options)).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
  })

  test('an unknown option throws', () => {
    expect(() => memoryStore({ max: 5 } as object)).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN' }))
  })
})
