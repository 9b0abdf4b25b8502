/** Connection errors in words: each with its code and its fix. */
import { describe, expect, test } from '@jest/globals'
import { connectionProblem, messageOf } from '../../src/cli/connection-error.js'

const withCode = (code: string, more: object = {}) => Object.assign(new Error(`${code} of a client`), { code, ...more })

describe('an error of a connection is put into words', () => {
  test.each([
    ['ECONNREFUSED', /^nothing listens there \(ECONNREFUSED\)\. To fix it, start the server/],
    ['ENOTFOUND', /^there is no such host \(ENOTFOUND\)\. To fix it, correct the host/],
    ['EAI_AGAIN', /^the host cannot be looked up now \(EAI_AGAIN\)\. To fix it, check the network/],
    ['ETIMEDOUT', /^no answer from this host \(ETIMEDOUT\)\. To fix it, check host, port and TLS/],
    ['EHOSTUNREACH', /^no answer from this host/],
    ['ECONNRESET', /^the connection was closed without an answer \(ECONNRESET\)\. To fix it, check port and TLS/],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      /^its certificate is signed by nobody whom Node knows .* NODE_EXTRA_CA_CERTS=<file>$/,
    ],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS=<file>$/],
    ['CERT_HAS_EXPIRED', /^its certificate has expired \(CERT_HAS_EXPIRED\)\. To fix it, renew/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /^its certificate is for another host name .*\. To fix it, write the host/],
    ['EPROTO', /^the server does not speak TLS on this port \(EPROTO\)\. To fix it, /],
  ])('%s', (code, words) => expect(connectionProblem(withCode(code))).toMatch(words))

  test('with the address where the system names it', () => {
    const error = withCode('ECONNREFUSED', { address: '127.0.0.1', port: 5432 })
    expect(connectionProblem(error)).toMatch(/\(ECONNREFUSED 127\.0\.0\.1:5432\)/)
  })

  test('of a host with several addresses by the first of them', () => {
    const error = new AggregateError([withCode('ECONNREFUSED', { address: '::1', port: 1 }), withCode('ETIMEDOUT')])
    expect(connectionProblem(error)).toMatch(/\(ECONNREFUSED ::1:1\)/)
    expect(messageOf(error)).toBe('ECONNREFUSED of a client')
  })

  test.each([[new Error('a bug')], [withCode('EACCES')], [withCode('constructor')], ['text'], [null], [undefined]])(
    'and no other: %p',
    (error) => expect(connectionProblem(error)).toBeUndefined(),
  )
})

describe('the message of anything that was thrown is', () => {
  test.each([
    [new Error('a bug'), 'a bug'],
    [withCode('EACCES', { message: '' }), 'EACCES'],
    ['text', 'text'],
    [null, 'null'],
    [undefined, 'undefined'],
    [new AggregateError([]), 'AggregateError'],
  ])('%p: %s', (error, message) => expect(messageOf(error)).toBe(message))
})
