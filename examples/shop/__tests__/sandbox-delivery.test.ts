import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { newAccounts, shopAt } from '../sandbox/accounts.js'
import { createSandbox } from '../sandbox/sandbox.js'
import { controls, openReceiver, openSandbox, until } from './support/sandbox.js'

describe('how the sandbox delivers', () => {
  let world: Awaited<ReturnType<typeof openSandbox>>
  beforeEach(async () => void (world = await openSandbox()))
  afterEach(() => world.close())

  const attemptsOf = async (provider: string, id: string) =>
    (await world.control.quiet(provider, id)).deliveries.map(({ state, attempts }) => [
      state,
      attempts.map(({ status }) => status),
    ])

  test('again after a refusal, until it is accepted', async () => {
    const { id } = await world.calls.address('ORDER-1')
    world.receiver.refuse.times = 2
    await world.control.act('crypto-gateway', id, 'pay')
    expect(await attemptsOf('crypto-gateway', id)).toEqual([['delivered', [503, 503, 200]]])
    expect(world.receiver.types()).toEqual(['transaction.detected'])
  })

  test.each([
    ['crypto-gateway', [1, 2, 4, 8]],
    ['coinbar-pay', [2, 10, 60, 600]],
  ])('%s: five attempts, then it gives up', async (provider, pauses) => {
    world.receiver.refuse.times = 99
    const id =
      provider === 'crypto-gateway'
        ? (await world.calls.address('ORDER-1')).id
        : (await world.calls.paymentRequest('ORDER-1')).payment_id_coinbar
    await world.control.act(provider, id, 'pay')
    const { deliveries } = await world.control.quiet(provider, id)
    expect(deliveries.map(({ state, attempts }) => [state, attempts.map(({ number }) => number)])).toEqual([
      ['given up', [1, 2, 3, 4, 5]],
    ])
    // No earlier than the pause allows. How much later depends on the machine.
    const times = deliveries[0]!.attempts.map(({ at }) => Date.parse(at))
    pauses.forEach((pause, index) => expect(times[index + 1]! - times[index]!).toBeGreaterThanOrEqual(pause))
  })

  test('twice: the second copy is answered as well and changes nothing', async () => {
    const { id } = await world.calls.address('ORDER-1')
    await world.control.deliver('crypto-gateway', id, { copies: 2 })
    await world.control.act('crypto-gateway', id, 'pay')
    expect(await attemptsOf('crypto-gateway', id)).toEqual([
      ['delivered', [200]],
      ['delivered', [200]],
    ])
    expect(world.receiver.types()).toEqual(['transaction.detected'])
  })

  test('ten at once: one effect', async () => {
    const { id } = await world.calls.address('ORDER-1')
    await world.control.deliver('crypto-gateway', id, { copies: 10, parallel: true })
    await world.control.act('crypto-gateway', id, 'pay')
    expect(await attemptsOf('crypto-gateway', id)).toEqual(Array(10).fill(['delivered', [200]]))
    expect(world.receiver.types()).toEqual(['transaction.detected'])
  })

  test('in order: the next callback waits until the one before was tried', async () => {
    const { id } = await world.calls.invoice('ORDER-1')
    await world.control.act('coins-ph', id, 'pay')
    await world.control.quiet('coins-ph', id)
    expect(world.receiver.types()).toEqual(['payment.pending', 'payment.detected', 'payment.confirmed'])
  })

  test('out of order: confirmed overtakes detected', async () => {
    const { id } = await world.calls.address('ORDER-1')
    await world.control.deliver('crypto-gateway', id, { outOfOrder: true })
    const held = await world.control.act('crypto-gateway', id, 'pay')
    expect(held.deliveries.map(({ state }) => state)).toEqual(['held'])
    await world.control.act('crypto-gateway', id, 'confirm')
    await world.control.quiet('crypto-gateway', id)
    expect(world.receiver.types()).toEqual(['transaction.confirmed', 'transaction.detected'])
  })

  test('what was held back goes out when order is restored', async () => {
    const { id } = await world.calls.address('ORDER-1')
    await world.control.deliver('crypto-gateway', id, { outOfOrder: true })
    await world.control.act('crypto-gateway', id, 'pay')
    await world.control.deliver('crypto-gateway', id, {})
    expect(await attemptsOf('crypto-gateway', id)).toEqual([['delivered', [200]]])
  })

  test('late: it waits, and holds nobody up', async () => {
    const { id } = await world.calls.address('ORDER-1')
    await world.control.deliver('crypto-gateway', id, { delaySeconds: 3600 })
    await world.control.act('crypto-gateway', id, 'pay')
    await world.control.deliver('crypto-gateway', id, {})
    await world.control.act('crypto-gateway', id, 'confirm')
    const { deliveries } = await until(
      () => world.control.view('crypto-gateway', id),
      (view) => view.deliveries[0]!.state === 'delivered',
    )
    expect(deliveries.map(({ event, attempts }) => [event, attempts.length])).toEqual([
      ['transaction.confirmed', 1],
      ['transaction.detected', 0],
    ])
    expect(Date.parse(deliveries[1]!.nextAttemptAt!)).toBeGreaterThan(Date.now() + 3_000_000)
  })

  test('stopped: nothing is sent until it is resumed, except what a forger sends', async () => {
    const { id } = await world.calls.address('ORDER-1')
    await world.control.deliver('crypto-gateway', id, { stopped: true })
    await world.control.act('crypto-gateway', id, 'pay')
    await world.control.trouble('crypto-gateway', id, 'forged')
    await until(
      () => world.receiver.statuses(),
      (statuses) => statuses.length > 0,
    )
    expect(world.receiver.statuses()).toEqual([401])
    await world.control.deliver('crypto-gateway', id, { stopped: false })
    await world.control.quiet('crypto-gateway', id)
    expect(world.receiver.types()).toEqual(['transaction.detected'])
  })

  test('again on demand: the same bytes', async () => {
    const { id } = await world.calls.address('ORDER-1')
    await world.control.act('crypto-gateway', id, 'pay')
    const { deliveries } = await world.control.quiet('crypto-gateway', id)
    await world.control.resend(deliveries[0]!.id)
    expect(await attemptsOf('crypto-gateway', id)).toEqual([
      ['delivered', [200]],
      ['delivered', [200]],
    ])
    expect(world.receiver.types()).toEqual(['transaction.detected'])
  })

  test('without a shop callbacks wait until one is connected', async () => {
    const accounts = newAccounts()
    const sandbox = createSandbox({ accounts, retryBaseMs: 1 })
    const url = await sandbox.listen(0)
    const receiver = await openReceiver(accounts, () => url)
    try {
      const headers = { 'x-api-key': accounts.cryptoGateway.apiKey, 'content-type': 'application/json' }
      const body = JSON.stringify({ network: 'ethereum', coin: 'usdt' })
      const created = await fetch(`${url}/crypto-gateway/api/v1/addresses`, { method: 'POST', headers, body })
      const { id } = (await created.json()).data
      const control = controls(url)
      await control.act('crypto-gateway', id, 'pay', { amount: '1' })
      expect((await control.view('crypto-gateway', id)).deliveries[0]).toMatchObject({ state: 'waiting', attempts: [] })
      sandbox.connect(shopAt(receiver.url))
      await control.quiet('crypto-gateway', id)
      expect(receiver.types()).toEqual(['transaction.detected'])
    } finally {
      await sandbox.close()
      await receiver.close()
    }
  })
})

describe('after a restart', () => {
  let folder: string
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'sandbox-'))))
  afterEach(() => rm(folder, { recursive: true }))

  test('the sandbox goes on where it was: payments, retries, and no secret on disk or in the log', async () => {
    const database = join(folder, 'sandbox.db')
    const accounts = newAccounts()
    const lines: string[] = []
    const log = (line: string) => void lines.push(line)
    const before = await openSandbox({ accounts, database, log, retryBaseMs: 300 })
    const { id } = await before.calls.address('ORDER-1')
    before.receiver.refuse.times = 99
    await before.control.act('crypto-gateway', id, 'pay')
    await until(
      () => before.control.view('crypto-gateway', id),
      ({ deliveries }) => deliveries[0]!.attempts.length > 0,
    )
    await before.close()

    const after = await openSandbox({ accounts, database, log })
    try {
      const { deliveries } = await after.control.quiet('crypto-gateway', id)
      expect(deliveries.map(({ state }) => state)).toEqual(['delivered'])
      expect(after.receiver.statuses()).toEqual([200])
      // The number of attempts before the restart depends on the machine. The count continues where it was.
      const [{ attempts }] = deliveries as [(typeof deliveries)[number]]
      expect(attempts.length).toBeGreaterThan(1)
      expect(attempts.map(({ number, status }) => [number, status])).toEqual(
        attempts.map((_, index) => [index + 1, index === attempts.length - 1 ? 200 : 503]),
      )
      expect(after.receiver.types()).toEqual(['transaction.detected'])
      expect(await after.control.view('crypto-gateway', id)).toMatchObject({ reference: 'ORDER-1', received: '100.5' })
    } finally {
      await after.close()
    }
    const written = lines.join('\n') + (await readFile(database, 'latin1'))
    const { coinsPh, cryptoGateway, coinbarPay, cityPay } = accounts
    for (const secret of [coinsPh.token, cryptoGateway.apiKey, cryptoGateway.secret, coinbarPay.secretKey]) {
      expect(written).not.toContain(secret)
    }
    expect(written).not.toContain(cityPay.accessToken)
    expect(lines.at(0)).toBe('crypto-gateway transaction.detected, attempt 1: 503 (waiting)')
    expect(lines.at(-1)).toMatch(/^crypto-gateway transaction\.detected, attempt \d: 200 \(delivered\)$/)
  })
})
