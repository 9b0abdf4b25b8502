/** A token in the Authorization header: accepted and refused forms, and the messages to the operator. */
import { describe, expect, test } from '@jest/globals'
import { tokenHeader } from '../../src/crypto/token-header.js'
import { BODY, codeOf, delivery, OLD, SECRET } from '../support/scheme-deliveries.js'

describe('a token header', () => {
  const scheme = tokenHeader({ scheme: 'Bearer', token: [SECRET, `${SECRET}-2`], retired: OLD })
  const verify = (authorization: string) => codeOf(() => scheme.verify(delivery({ authorization })))

  test.each([`Bearer ${SECRET}`, `bEARER ${SECRET}`, `Bearer ${SECRET}-2`])('%p is accepted', (value) => {
    expect(verify(value)).toBe('accepted')
    expect(scheme.verify(delivery({ authorization: value }))).toBe(true)
  })

  test.each([
    [SECRET, 'AUTH_HEADER_MALFORMED: the authorization header is not "Bearer", one space and a token'],
    [`Basic ${SECRET}`, 'AUTH_HEADER_MALFORMED'],
    [`Bearer`, 'AUTH_HEADER_MALFORMED'],
    [`Bearer  ${SECRET}`, 'AUTH_MISMATCH: the token in the authorization header is not the configured one'],
    [`Bearer ${SECRET.toLowerCase()}`, 'AUTH_MISMATCH'],
    [`Bearer ${OLD}`, 'AUTH_MISMATCH'],
    ['Bearer ', 'AUTH_MISMATCH'],
  ])('%p is refused', (value, fault) => {
    expect(verify(value)).toContain(fault)
  })

  test('signs with the first token, and names the option at fault', () => {
    expect(scheme.sign(Buffer.from(BODY))).toEqual({ authorization: `Bearer ${SECRET}` })
    expect(() => tokenHeader({ scheme: 'Bearer', token: '' })).toThrow('token is missing')
    expect(() => tokenHeader({ scheme: 'Bearer', token: SECRET, retired: '' })).toThrow('retired is missing')
  })

  test.each([
    [{ authorization: SECRET }, 'the token is right, but not written as "Bearer", one space and the token'],
    [{ authorization: ` Basic \t ${SECRET} ` }, 'the token is right, but not written as'],
    [{ authorization: `Bearer ${OLD}` }, 'the token is a retired one: the sender does not have the new one yet'],
    [{ authorization: `Bearer ${SECRET.toUpperCase()}` }, 'the token is right except for upper and lower case'],
    [{ 'X-Token': SECRET }, 'the right token came in the header x-token, not in authorization'],
    [{ 'x-other': 'a', 'x-token': `Bearer ${SECRET}` }, 'the right token came in the header x-token'],
  ])('explained: %p', (headers, explanation) => {
    expect(scheme.explain!(delivery(headers))).toContain(explanation)
  })

  test.each([
    { authorization: 'Bearer another-9f8a7b6c5d4e' },
    { authorization: '' },
    { authorization: [SECRET, SECRET] },
    { 'x-token': 'another-9f8a7b6c5d4e' },
    {},
  ])('nothing is said of %p', (headers) => {
    expect(scheme.explain!(delivery(headers))).toBeNull()
  })
})
