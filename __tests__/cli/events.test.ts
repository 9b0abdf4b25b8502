/** `events`: its lines and colours, and no text from a sender that a terminal would obey. */
import { describe, expect, test } from '@jest/globals'
import { claimRequest } from '../support/claim-request.js'
import { BODY, DASHED, HOSTILE, keep, operatorStore } from '../support/operator-store.js'
import { runProcess } from '../support/run-command.js'

const { url, store, done, failed, command } = operatorStore()

/** The lines of the record with this event id or key. */
const linesOf = (stdout: string, id: string) => {
  const lines = stdout.split('\n')
  const at = lines.indexOf(`  ${id}`)
  return { first: lines[at - 1], error: lines[at + 1]?.startsWith('  ') === true ? lines[at + 1]!.trim() : undefined }
}

describe('events', () => {
  test('prints a line, the id and the current error of each record, whatever a sender wrote', async () => {
    const { code, stdout, stderr } = await runProcess(['events'], { env: { PAYMENT_WEBHOOKS_STORE: url } })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^STATE +PROVIDER +TYPE OR CODE +ATTEMPTS +CREATED\n {2}EVENT OR KEY\n/)
    expect(linesOf(stdout, 'acme:done')).toEqual({
      first: expect.stringMatching(/^done +acme +payment\.confirmed +1 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      error: undefined,
    })
    expect(linesOf(stdout, 'other:failed')).toMatchObject({ error: expect.stringContaining('bad\\u001b[2J\\u000a') })
    expect(linesOf(stdout, DASHED).first).toMatch(/^quarantined +acme +JSON_INVALID +1 /)
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/)
  })

  test.each([
    [['--state', 'failed'], [failed.key]],
    [
      ['--provider', 'acme'],
      [DASHED, done.key],
    ],
    [['--provider', 'other', '--state', 'quarantined', '--limit', '1'], ['twice-2']],
    [['--provider', 'nobody'], []],
    [['--order', 'ORDER-7'], ['of-order']],
    [['--order', 'ORDER-7', '--state', 'done'], []],
    [['--payment', 'pay_done'], [done.key]],
    [['--since', '1h', '--provider', 'acme', '--state', 'done'], [done.key]],
    [['--since', '2099-01-01'], []],
  ])('%j --json answers the records selected', async (args, keys) => {
    const { code, stdout } = await command(['events', ...args, '--json'])
    expect(code).toBe(0)
    const records = JSON.parse(stdout) as { key: string }[]
    expect(records.map(({ key }) => key).sort()).toEqual([...keys].sort())
    expect(stdout).not.toContain('body')
  })

  test('a conflict is shown by its key, which a replay wants', async () => {
    const { stdout } = await command(['events', '--provider', 'other', '--state', 'quarantined'])
    expect(linesOf(stdout, 'twice-1').first).toMatch(/^quarantined +other +ID_CONFLICT /)
    expect(linesOf(stdout, 'other:failed').first).toMatch(/^quarantined +other +RETRIES_EXHAUSTED /)
  })

  test('--order finds what names a payment of the order alone, and says so', async () => {
    const claimed = async (name: string, provider: string, fields: object) => {
      const event = claimRequest({ eventId: `${provider}:${name}`, key: `of-lamp-9-${name}`, provider, ...fields })
      await store.claim(event)
      await store.complete(event.key, event.token)
    }
    await claimed('paid', 'lamp', { orderId: 'LAMP-9', paymentId: 'pay_9' })
    await claimed('refund', 'lamp', { orderId: null, paymentId: 'pay_9', eventType: 'refund.confirmed' })
    await claimed('of-another-order', 'lamp', { orderId: 'LAMP-10', paymentId: 'pay_9' })
    await claimed('of-another-provider', 'ohm', { orderId: null, paymentId: 'pay_9' })
    const keysOf = async (...args: string[]) => {
      const { stdout } = await command(['events', '--order', 'LAMP-9', ...args, '--json'])
      return (JSON.parse(stdout) as { key: string }[]).map(({ key }) => key)
    }
    expect(await keysOf()).toEqual(['of-lamp-9-refund', 'of-lamp-9-paid'])
    expect(await keysOf('--limit', '1')).toEqual(['of-lamp-9-refund'])
    expect(await keysOf('--state', 'failed')).toEqual([])
    expect(await keysOf('--provider', 'ohm')).toEqual([])
    const { stderr } = await command(['events', '--order', 'LAMP-9'])
    expect(stderr).toMatch(
      /^with what names a payment of the order alone: pay_9; by another name of it, .* --payment$/m,
    )
    const shown = await command(['show', 'LAMP-9'])
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringMatching(/lamp:refund[^]*lamp:paid/)])
  })

  const UNREADABLE = Buffer.from('{"order":"LAMP-77","payment":"pay_77","amount":"much"}')

  test('--order and --payment list what could not be read and has their id in its body, and say so', async () => {
    const paid = claimRequest({ key: 'lamp-77', provider: 'lamp', orderId: 'LAMP-77', paymentId: 'pay_77' })
    await store.claim(paid)
    await store.complete(paid.key, paid.token)
    await keep(store, 'lamp-unread', { provider: 'lamp', body: UNREADABLE, code: 'PAYLOAD_INVALID' })
    const later = { ...paid, key: 'lamp-77-later', token: 'later' }
    await store.claim(later)
    const keysOf = async (...args: string[]) => {
      const { stdout } = await command(['events', ...args, '--json'])
      return (JSON.parse(stdout) as { key: string }[]).map(({ key }) => key).sort()
    }
    const all = ['lamp-77', 'lamp-77-later', 'lamp-unread']
    for (const args of [
      ['--order', 'LAMP-77'],
      ['--payment', 'pay_77'],
      ['--order', 'LAMP-77', '--payment', 'pay_77'],
    ])
      expect([args, await keysOf(...args)]).toEqual([args, all])
    expect(await keysOf('--order', 'LAMP-77', '--state', 'done')).toEqual(['lamp-77'])
    expect(await keysOf('--order', 'LAMP-77', '--payment', 'pay_78')).toEqual([])
    expect(await keysOf('--order', 'LAMP-77', '--limit', '1')).toEqual(['lamp-unread'])
    const { stdout, stderr } = await command(['events', '--order', 'LAMP-77'])
    expect(stdout).toMatch(/^quarantined +lamp +PAYLOAD_INVALID/m)
    expect(stderr).toMatch(/^LAMP-77 is only in the kept body of lamp-unread; `show lamp-unread --body` prints it$/m)

    const shown = await command(['show', 'LAMP-77'])
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('\n  lamp-unread\n')])
    expect(shown.stderr).toMatch(/^LAMP-77 is only in the kept body of lamp-unread;/m)
    await store.removeQuarantined('lamp-unread')
  })

  test('--limit counts a failed event as one of its order, however its body names it', async () => {
    for (const key of ['lamp-78', 'lamp-78-later']) {
      const event = claimRequest({ key, provider: 'lamp', orderId: 'LAMP-78' })
      await store.claim(event)
      const kept = { form: 'delivery', body: Buffer.from('"LAMP-78"'), headers: {} } as const
      await store.release(event.key, event.token, 'down', 'failed', { ...kept, retryInMs: null, isAccepted: true })
    }
    const { stdout, stderr } = await command(['events', '--order', 'LAMP-78', '--limit', '1', '--json'])
    expect(JSON.parse(stdout)).toHaveLength(1)
    expect(stderr).not.toContain('kept body')
  })

  test('--order says of an id that is too short that no body was searched for it, and what lists the unreadable', async () => {
    const { stderr } = await command(['events', '--order', '1001'])
    expect(stderr).toMatch(/^1001: what is kept is searched for ids of six .*`events --state quarantined` lists/m)
  })

  test('--order says where no event names a payment by which the others could be found', async () => {
    const { stderr } = await command(['events', '--order', 'ORDER-7'])
    expect(stderr).toMatch(/^no event of this order names a payment: .* refund, is found with --payment$/m)
  })

  test('--payment says where nothing is found that show looks for other ids as well', async () => {
    const { code, stderr } = await command(['events', '--payment', 'ch_3Tq8'])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^a record holds one id of its payment; `show ch_3Tq8` /)])
  })

  test('a record that names an order shows it, behind its id', async () => {
    const { stdout } = await command(['events', '--order', 'ORDER-7'])
    expect(stdout).toContain('\n  of-order  order ORDER-7\n')
    expect((await command(['show', 'of-order'])).stdout).toMatch(/^order +ORDER-7$/m)
    expect((await command(['show', 'acme:done'])).stdout).toMatch(/^payment +pay_done$/m)
  })

  test('a record that names an amount shows it, behind its order where it has one', async () => {
    const money = { provider: 'till', amount: '49.9 EUR' }
    await store.claim(claimRequest({ ...money, eventId: 'till:order', orderId: 'ORDER-T1' }))
    await store.claim(claimRequest({ ...money, eventId: 'till:none' }))
    const { stdout } = await command(['events', '--provider', 'till'])
    expect(stdout).toContain('\n  till:order  order ORDER-T1  49.9 EUR\n')
    expect(stdout).toContain('\n  till:none  49.9 EUR\n')
  })

  test.each([
    [['--order', 'a', '--order', 'b'], 'one --order'],
    [['--since', 'yesterday'], '--since must be a time in ISO 8601, or how long ago'],
    [['--since', '5'], '--since'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stderr } = await command(['events', ...args])
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  test('--json loses nothing of a text, and prints none of its controls', async () => {
    const { stdout } = await command(['events', '--state', 'quarantined', '--json'])
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/)
    expect(JSON.parse(stdout)).toMatchObject([{}, {}, {}, { key: DASHED, lastError: HOSTILE }])
  })
})

describe('events --state failed', () => {
  test('says when each event is due, within 100 columns, and no other list does', async () => {
    const event = claimRequest({ eventId: 'p:due', provider: 'p'.repeat(40), eventType: `payment.${'t'.repeat(40)}` })
    const kept = { form: 'delivery', body: BODY, headers: {}, retryInMs: 60_000, isAccepted: true } as const
    await store.claim(event)
    await store.release(event.key, event.token, 'no such order', 'failed', kept)
    const { stdout } = await command(['events', '--state', 'failed'])
    const due = (await store.getEvent('p:due'))!.dueAt!.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
    expect(stdout).toMatch(/^STATE .* CREATED +DUE$/m)
    expect(linesOf(stdout, 'p:due').first).toMatch(new RegExp(`Z {2}${due}$`))
    expect(linesOf(stdout, 'other:failed').first).toMatch(/Z {2}-$/)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
    expect((await command(['events'])).stdout).not.toContain('DUE')
    await store.claim(event)
    await store.complete(event.key, event.token)
  })
})

describe('events shows an error where it is the current one:', () => {
  const event = claimRequest({ eventId: 'acme:again', provider: 'acme' })
  const error = async () => linesOf((await command(['events'])).stdout, 'acme:again').error

  test('of an event that failed, and not of the same event when it runs again and when it is done', async () => {
    await store.claim(event)
    await store.release(event.key, event.token, 'the database was away')
    expect(await error()).toBe('the database was away')
    await store.claim(event)
    expect(await error()).toBeUndefined()
    await store.complete(event.key, event.token)
    expect(await error()).toBeUndefined()
    const { stdout } = await command(['events', '--state', 'done'])
    expect(stdout).not.toContain('the database was away')
  })
})

describe('no line of events is wider than 100 columns,', () => {
  const columnsOf = (line: string) =>
    Array.from(line).reduce((sum, letter) => sum + (/\p{Script=Han}|\p{Emoji_Presentation}/u.test(letter) ? 2 : 1), 0)

  test.each([
    ['with a long event id', { eventId: `acme:${'e'.repeat(95)}` }, 'key-1'],
    ['with an event id that just fits', { eventId: `acme:${'e'.repeat(93)}` }, `acme:${'e'.repeat(93)}`],
    ['with an event id of wide letters', { eventId: `acme:${'\u6c49'.repeat(47)}` }, 'key-3'],
    ['with an event id that is escaped', { eventId: `acme:${'\u0007'.repeat(20)}` }, 'key-4'],
    ['with a long code', { code: 'C'.repeat(200) }, 'key-5'],
    ['with a long provider', { provider: 'p'.repeat(200) }, 'key-6'],
    ['with a long message', { message: 'm'.repeat(5000) }, 'key-7'],
    ['with a message of wide letters', { message: '\u{1f4b6}\u6c49'.repeat(200) }, 'key-8'],
  ])('%s, and its id or its key is whole', async (name, fields, id) => {
    const key = `key-${name}`
    await keep(store, key, fields)
    const { stdout } = await command(['events', '--limit', '1'])
    await store.removeQuarantined(key)
    const shown = id.startsWith('key-') ? key : id
    expect(stdout.split('\n')).toContain(`  ${shown}`)
    for (const line of stdout.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(100)
  })
})

describe('an amount is whole within 100 columns,', () => {
  const uuid = '0b6f7c52-8d3e-4c0a-9f41-2ad5e7c18b90'

  test.each([
    ['and so is the order, beside an id with room', 'till:1', uuid, '123456.78 USDT', uuid],
    [
      'where the order gives way to a key',
      `till:${'e'.repeat(60)}`,
      uuid,
      '123456.78 USDT',
      '0b6f7c52-8d3e-4c0a-9f41-2ad5...',
    ],
    ['and one that is too long says so', 'till:2', 'T2', `${'9'.repeat(20)}.${'1'.repeat(18)} ETH`, 'T2'],
  ])('%s', async (name, id, orderId, amount, shown) => {
    const event = claimRequest({ eventId: `${id}:${name.length}`, provider: `till-${name.length}`, orderId, amount })
    await store.claim(event)
    const { stdout } = await command(['events', '--provider', event.provider])
    const [, , , line] = stdout.split('\n')
    const money = amount.length > 30 ? `${amount.slice(0, 27)}...` : amount
    expect(line).toMatch(new RegExp(`^ {2}\\S+ {2}order ${shown} {2}${money}$`.replaceAll('.', '\\.')))
    for (const each of stdout.split('\n')) expect(each.length).toBeLessThanOrEqual(100)
    if (id.length > 43) expect(line).toContain(`  ${event.key}  `)
  })
})

describe('events is painted', () => {
  const painted = async (env: Record<string, string>, isTTY: boolean) => {
    const { stdout } = await command(['events'], { env, isTTY })
    return stdout.includes('\u001b[32mdone\u001b[39m') && stdout.includes('\u001b[31mquarantined\u001b[39m')
  }

  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ TERM: 'dumb' }, true, false],
  ])('with %j, on a terminal %p: %p', async (env, isTTY, expected) => {
    expect(await painted(env, isTTY)).toBe(expected)
  })

  test('beside the same text', async () => {
    const { stdout } = await command(['events'])
    const colored = await command(['events'], { isTTY: true })
    // eslint-disable-next-line no-control-regex -- the escapes of the colours are what is taken away
    expect(colored.stdout.replace(/\u001b\[\d+m/g, '')).toBe(stdout)
    expect(colored.stdout).not.toBe(stdout)
  })

  test('not at all as JSON', async () => {
    const { stdout } = await command(['events', '--json'], { isTTY: true })
    expect(stdout).not.toContain('\u001b')
  })
})
