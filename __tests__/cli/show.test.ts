/** `show`: everything about one record. */
import { describe, expect, test } from '@jest/globals'
import { claimRequest } from '../support/claim-request.js'
import { BODY, DASHED, operatorStore } from '../support/operator-store.js'

const { store, command } = operatorStore()

describe('show', () => {
  test('finds a key that begins with a dash, and leaves out the body', async () => {
    const { code, stdout } = await command(['show', DASHED])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^state +quarantined$/m)
    expect(stdout).toMatch(/^code +JSON_INVALID$/m)
    expect(stdout).toMatch(new RegExp(`^body +${BODY.length} bytes`, 'm'))
    expect(stdout).not.toContain('Ada')
  })

  test('--body prints the body line by line, with its controls escaped', async () => {
    const { stdout } = await command(['show', DASHED, '--body'])
    expect(stdout).toContain('{"name":"Ada",\n"x":"\\u001b[31m"')
  })

  test('--body --json answers the exact bytes', async () => {
    const { stdout } = await command(['show', DASHED, '--body', '--json'])
    expect(Buffer.from((JSON.parse(stdout) as { bodyBase64: string }).bodyBase64, 'base64')).toEqual(BODY)
  })

  test.each([
    ['order', 'ORDER-B1', 1],
    ['payment', 'pay_b2', 2],
    ['part of the event id', 'evt_withbody3', 3],
  ])('--body prints the body of what is found by its %s', async (_, id, row) => {
    const about = { orderId: `ORDER-B${row}`, paymentId: `pay_b${row}` }
    const event = claimRequest({ eventId: `acme:evt_withbody${row}`, provider: 'acme', ...about })
    await store.claim(event)
    const body = Buffer.from('{"kept":1}')
    const kept = { form: 'delivery', body, headers: {}, retryInMs: null, isAccepted: false } as const
    await store.release(event.key, event.token, 'the handler threw', 'failed', kept)
    const { stdout, stderr } = await command(['show', id, '--body'])
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^body +10 bytes[^]*\{"kept":1\}$/m), ''])
  })

  test('--body says so where none is kept', async () => {
    const event = claimRequest({ eventId: 'acme:bodiless', provider: 'acme' })
    await store.claim(event)
    await store.complete(event.key, event.token)
    const { code, stderr } = await command(['show', 'acme:bodiless', '--body'])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^there is no body: a delivery is kept until/)])
  })

  test('of an event names the deliveries kept under its id', async () => {
    const { stdout } = await command(['show', 'other:failed'])
    expect(stdout).toMatch(/^state +failed$/m)
    expect(stdout).toMatch(/^last error +the handler threw$/m)
    expect(stdout).toMatch(/^also kept +twice-\d twice-\d$/m)
  })

  test('breaks a long error between words, within 100 columns, and leaves nothing of it out', async () => {
    const event = claimRequest({ eventId: 'acme:long', provider: 'acme' })
    const error = 'the body does not have the documented shape, '.repeat(8).trim()
    await store.claim(event)
    await store.release(event.key, event.token, error, 'failed')
    const { stdout } = await command(['show', 'acme:long'])
    const lines = stdout.split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    expect(lines.map((line) => line.trim()).join(' ')).toContain(error)
    expect(stdout).toMatch(/^last error +the body [^\n]*\n {12}/m)
  })

  test('of an event that succeeded in the end calls its error an earlier one', async () => {
    const event = claimRequest({ eventId: 'acme:late', provider: 'acme' })
    await store.claim(event)
    await store.release(event.key, event.token, 'the database was away')
    await store.claim(event)
    await store.complete(event.key, event.token)
    const { stdout } = await command(['show', 'acme:late'])
    expect(stdout).toMatch(/^earlier error +the database was away$/m)
    expect(stdout).not.toMatch(/^last error/m)
    expect((await command(['show', 'acme:done'])).stdout).not.toContain('error')
  })

  test.each([
    [{ form: 'delivery', retryInMs: 60_000 }, /the delivery, with its exact bytes$/, /\d{4}-\d\d-\d\dT\S+Z$/],
    [
      { form: 'event', retryInMs: null },
      /the event, as it was confirmed$/,
      /when you have it replayed, or its queue runs it again$/,
    ],
  ] as const)(
    'of a failed event kept as %j says how it is kept, when it is due, and its runs',
    async (kept, how, due) => {
      const event = claimRequest({ eventId: `acme:kept-as-${kept.form}`, provider: 'acme' })
      for (const [error, ending] of [
        ['no such order', 'deferred'],
        ['e'.repeat(400), 'failed'],
      ] as const) {
        await store.claim(event)
        await store.release(event.key, event.token, error, ending, {
          body: BODY,
          headers: {},
          isAccepted: true,
          ...kept,
        })
      }
      const { stdout } = await command(['show', event.eventId])
      expect(stdout).toMatch(new RegExp(`^kept +${how.source}`, 'm'))
      expect(stdout).toMatch(new RegExp(`^due +${due.source}`, 'm'))
      const runs = stdout.slice(stdout.indexOf('FAILED RUNS')).split('\n')
      expect(runs[0]).toMatch(/^FAILED RUNS +ATTEMPT +ENDING +ERROR$/)
      expect(runs[1]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +2 +failed +e+/)
      expect(runs[2]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +1 +deferred +no such order$/)
      for (const line of runs) expect(line.length).toBeLessThanOrEqual(100)
    },
  )

  test('of a failed event whose replay was requested says that it is due now, and who takes it', async () => {
    const event = claimRequest({ eventId: 'acme:asked-for', provider: 'acme' })
    await store.claim(event)
    const kept = { body: BODY, headers: {}, isAccepted: true, form: 'delivery', retryInMs: 60_000 } as const
    await store.release(event.key, event.token, 'no such order', 'failed', kept)
    expect(await store.replay(event.key)).toBe(true)
    const { stdout } = await command(['show', event.eventId])
    expect(stdout).toMatch(/^due +now: a running shop \(or a worker, if it has a queue\) takes it$/m)
  })

  test('of a failed event of which nothing is kept says so', async () => {
    const { stdout } = await command(['show', 'other:failed'])
    expect(stdout).toMatch(/^kept +nothing: its sender, or the queue if the shop has one, has to deliver it again$/m)
    expect(stdout).not.toMatch(/^due/m)
  })

  test('paints the state on a terminal', async () => {
    const { stdout } = await command(['show', 'other:failed'], { isTTY: true })
    expect(stdout).toContain(' \u001b[31mfailed\u001b[39m\n')
  })

  test.each([
    ['the id at the provider', 'evt_3Tq8Wd2e', 'stripe:test.charge.succeeded:evt_3Tq8Wd2e'],
    ['a payment', 'pay_done', 'acme:done'],
    ['an order', 'LAMP-4', 'stripe:test.charge.succeeded:evt_3Tq8Wd2e'],
  ])('finds an event by %s', async (_what, id, eventId) => {
    const event = { eventId: 'stripe:test.charge.succeeded:evt_3Tq8Wd2e', provider: 'stripe', orderId: 'LAMP-4' }
    await store.claim(claimRequest({ ...event, key: 'of-lamp-4' }))
    const { code, stdout } = await command(['show', id])
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^event +${eventId.replaceAll('.', '\\.')}$`, 'm')),
    ])
  })

  test('finds a failed event by any id in what is kept of it', async () => {
    const event = claimRequest({ eventId: 'stripe:evt_refund_9', provider: 'stripe', paymentId: 'pi_9' })
    await store.claim(event)
    const body = Buffer.from('{"data":{"object":{"id":"re_9Tq8Wd2e","charge":"ch_9Tq8Wd2e"}}}')
    const kept = { form: 'delivery', body, headers: {}, retryInMs: null, isAccepted: false } as const
    await store.release(event.key, event.token, 'the handler threw', 'failed', kept)
    for (const id of ['re_9Tq8Wd2e', 'ch_9Tq8Wd2e']) {
      const { code, stdout } = await command(['show', id])
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^event +stripe:evt_refund_9$/m)])
    }
  })

  test('says of an id that it does not find which ids are known of what was handled', async () => {
    const { stderr } = await command(['show', 're_0Tq8Wd2e'])
    expect(stderr).toMatch(/a record has the event, the order and one id of the payment, and no id of a refund/)
    expect(stderr).toMatch(
      /a job that waits in a queue, or whose handler runs in a transactional store, has no record yet/,
    )
  })

  test('lists what has an order in common, and shows none of it', async () => {
    for (const name of ['one', 'other']) {
      await store.claim(claimRequest({ eventId: `acme:of-lamp-5:${name}`, provider: 'acme', orderId: 'LAMP-5' }))
    }
    const { code, stdout, stderr } = await command(['show', 'LAMP-5'])
    expect([code, stderr]).toEqual([0, '"LAMP-5" is in 2 records; show one by its event id or key\n'])
    expect(stdout.match(/acme:of-lamp-5:\w+ {2}order LAMP-5/g)).toHaveLength(2)
    const { stdout: json } = await command(['show', 'LAMP-5', '--json'])
    expect((JSON.parse(json) as object[]).map((one) => Object.keys(one).includes('body'))).toEqual([false, false])
  })

  test('of an unknown id ends with 1 and says so', async () => {
    const { code, stdout, stderr } = await command(['show', 'acme:\u001b[2Jnothing'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/has nothing under "acme:\\u001b\[2Jnothing"/)
  })

  test.each([
    'redis://shop:Pa$s-7f3e@127.0.0.1/0',
    'redis://shop:P-7f3e/7f3e@127.0.0.1/0',
    'redis://shop:P-7f3e 7f3e@127.0.0.1/0',
    'redis://shop:P-7f3e\n7f3e@127.0.0.1/0',
    'redis://shop:P@7f3e@127.0.0.1/0',
  ])('of a store URL by mistake does not repeat its password: %j', async (mistake) => {
    const { code, stderr } = await command(['show', mistake])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^the store has nothing under "\*\*\* \(looked for as [^@]*\)\n$/),
    ])
  })
})
