/** Values next to the body that are signed together with it. */
import { describe, expect, test } from '@jest/globals'
import { signature } from '../../src/crypto/signature.js'
import { codeOf, delivery, SECRET } from '../support/scheme-deliveries.js'
import { createHmac } from 'node:crypto'

describe('the id of a delivery', () => {
  const scheme = signature({
    header: 'x-signature',
    secret: SECRET,
    id: 'x-id',
    message: ({ id, body }) => [id, '.', body],
  })
  const signed = (id: string) => createHmac('sha256', SECRET).update(`${id}.{}`).digest('hex')

  test.each([
    ['evt_1', 'accepted'],
    ['', 'AUTH_HEADER_MISSING: the x-id header is empty'],
  ])('%j, rightly signed', (id, verdict) => {
    expect(codeOf(() => scheme.verify(delivery({ 'x-id': id, 'x-signature': signed(id) }, '{}')))).toBe(verdict)
  })

  test('that tests are signed with is the same for the same content', () => {
    const idOf = (body: string) => scheme.sign(Buffer.from(body))['x-id']
    expect(idOf('{"a":1}')).toMatch(/^msg_[0-9a-f]{24}$/)
    expect(idOf('{ "a": 1 }\n')).toBe(idOf('{"a":1}'))
    expect(idOf('{"a":2}')).not.toBe(idOf('{"a":1}'))
    expect(idOf('a=1')).not.toBe(idOf('a=2'))
  })
})
