/** By what a kept delivery is known. */
import { expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { quarantineKey } from '../../src/flow/quarantine.js'
import { hmacProvider } from '../support/hmac-provider.js'

test('what is kept is known by provider, account and bytes, and is no event', () => {
  const body = Buffer.from('{}')
  const keys = [
    quarantineKey({ ...hmacProvider(), account: 'a' }, body),
    quarantineKey({ ...hmacProvider(), account: 'b' }, body),
    quarantineKey({ ...hmacProvider({ name: 'other' }), account: 'a' }, body),
    quarantineKey({ ...hmacProvider(), account: 'a' }, Buffer.from('{ }')),
    createHash('sha256').update(body).digest('base64url'),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})
