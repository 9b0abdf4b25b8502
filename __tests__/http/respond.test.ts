/** Every outcome and its whole answer: a sender learns what to do next, and nothing about the shop. */
import { expect, test } from '@jest/globals'
import { answerTo, DeliveryError, type Outcome } from '../../src/index.js'
import { hmacProvider } from '../support/hmac-provider.js'

const own = hmacProvider()

const text = (status: number, body: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { ...headers, 'content-type': 'text/plain', 'content-length': String(body.length) },
  body,
})

const ANSWERS: Record<Outcome['kind'], ReturnType<typeof text>> = {
  handled: text(200, ''),
  unhandled: text(200, ''),
  duplicate: text(200, ''),
  ignored: text(200, ''),
  kept: text(200, ''),
  quarantined: text(200, ''),
  observed: text(200, ''),
  queued: text(200, ''),
  method_not_allowed: text(405, '', { allow: 'POST', connection: 'close' }),
  body_timeout: text(408, 'body timeout', { connection: 'close' }),
  too_large: text(413, 'too large', { connection: 'close' }),
  unsupported_encoding: text(415, 'unsupported content encoding', { connection: 'close' }),
  aborted: text(400, 'incomplete', { connection: 'close' }),
  not_authentic: text(401, 'not authentic', { 'www-authenticate': 'Signature' }),
  unusable: text(400, 'unusable'),
  retry_later: text(503, 'retry later', { 'retry-after': '5' }),
  failed: text(500, 'failed'),
}

const error = new DeliveryError('BUSY', 'as the test says')

test.each(Object.entries(ANSWERS))('%s is answered so', (kind, answer) => {
  expect(answerTo({ kind, event: null, error } as Outcome, own)).toEqual(answer)
})

test('a process that is closing asks for another connection, which finds another process', () => {
  const closing = new DeliveryError('SHUTTING_DOWN', 'as the test says')
  expect(answerTo({ kind: 'retry_later', event: null, error: closing }, own)).toEqual(
    text(503, 'retry later', { connection: 'close', 'retry-after': '5' }),
  )
})

test('a handler that says when to come back is asked then', () => {
  const outcome: Outcome = { kind: 'retry_later', event: null, error, retryAfterSeconds: 90 }
  expect(answerTo(outcome, own)).toEqual(text(503, 'retry later', { 'retry-after': '90' }))
})
