/** How a kept delivery is identified. */
import { expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { quarantineKey } from '../../src/flow/quarantine.js'
import { hmacProvider } from '../support/hmac-provider.js'

test('what is kept is known by provider, account, signed headers and bytes, and is no event', () => {
  const body = Buffer.from('{}')
  const provider = { ...hmacProvider(), account: 'a' }
  const keys = [
    quarantineKey(provider, body, {}),
    quarantineKey({ ...provider, account: 'b' }, body, {}),
    quarantineKey({ ...hmacProvider({ name: 'other' }), account: 'a' }, body, {}),
    quarantineKey(provider, Buffer.from('{ }'), {}),
    quarantineKey(provider, body, { 'x-id': '1' }),
    quarantineKey(provider, body, { 'x-id': '2' }),
    quarantineKey(provider, body, { 'x-topic': '1' }),
    createHash('sha256').update(body).digest('base64url'),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  expect(quarantineKey(provider, body, { 'x-id': '1' })).toBe(keys[4])
})
