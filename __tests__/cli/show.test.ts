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

  test('of an event names the deliveries kept under its id', async () => {
    const { stdout } = await command(['show', 'other:failed'])
    expect(stdout).toMatch(/^state +failed$/m)
    expect(stdout).toMatch(/^last error +the handler threw$/m)
    expect(stdout).toMatch(/^also kept +twice-\d twice-\d$/m)
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

  test('paints the state on a terminal', async () => {
    const { stdout } = await command(['show', 'other:failed'], { isTTY: true })
    expect(stdout).toContain(' \u001b[31mfailed\u001b[39m\n')
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
    expect([code, stderr]).toEqual([1, 'the store has nothing under "***\n'])
  })
})
