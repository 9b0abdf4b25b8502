/** From the provider's answer to a payload to an event and its id. */
import { describe, expect, test } from '@jest/globals'
import type { EventDraft } from '../../src/index.js'
import type { UnrecognisedDraft } from '../../src/event.js'
import { toEvent } from '../../src/flow/to-event.js'
import { hmacProvider } from '../support/hmac-provider.js'

const provider = hmacProvider({ name: 'acme' })
const draft: EventDraft = { type: 'payment.confirmed', identity: ['1'], native: {} }

describe('the id of an event', () => {
  const idOf = (...identity: string[]) => toEvent(provider, { ...draft, identity } as never).id

  test('is made of the parts, of which none can look like two', () => {
    expect(idOf('a', 'b')).toBe('acme:a:b')
    expect(idOf('a:b')).toBe('acme:a%3Ab')
    expect(idOf('', 'é ')).toBe('acme::%C3%A9%20')
  })

  test.each([
    ['\ud800', 'is not well-formed Unicode'],
    ['x'.repeat(1025), 'has a part of more than 1024 characters'],
  ])('has no such parts: %j', (part, why) => {
    expect(() => idOf('a', part)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_INVALID', message: `the identity of the event ${why}` }),
    )
  })

  test('has 1024 characters at most, beyond which a digest of it all stands for the rest', () => {
    const most = idOf('x'.repeat(1019))
    expect(most).toBe(`acme:${'x'.repeat(1019)}`)
    const parts = ['a'.repeat(500), 'b'.repeat(400), 'c'.repeat(200)]
    const shortened = idOf(...parts)
    expect(shortened).toMatch(/^acme:a{500}:b{400}:sha256=[\w-]{43}$/)
    expect(idOf(...parts)).toBe(shortened)
    expect(idOf(...parts.slice(0, 2), 'd'.repeat(200))).not.toBe(shortened)
    // The digest replaces every part that would not fit next to it.
    expect(idOf('a'.repeat(500), 'b'.repeat(500), 'c'.repeat(20))).toMatch(/^acme:a{500}:sha256=[\w-]{43}$/)
    expect(idOf('x'.repeat(1024))).toMatch(/^acme:sha256=[\w-]{43}$/)
    expect(idOf('x'.repeat(1020))).toMatch(/^acme:sha256=[\w-]{43}$/)
  })
})

describe('an event nobody knows', () => {
  const eventOf = (fields: UnrecognisedDraft) => toEvent(provider, fields as never)

  test('is known by its content', () => {
    const one = eventOf({ unrecognised: 'invoice.disputed', native: { a: 1 } })
    expect(one).toMatchObject({ type: 'acme.invoice.disputed', provider: 'acme', orderId: null, native: { a: 1 } })
    expect(one.id).toMatch(/^acme:invoice\.disputed:[\w-]{43}$/)
    expect(eventOf({ unrecognised: 'invoice.disputed', native: { a: 1 } }).id).toBe(one.id)
    expect(eventOf({ unrecognised: 'invoice.disputed', native: { a: 2 } }).id).not.toBe(one.id)
  })

  test.each(['a\0b', 'a\nb', '\u0085'])('has no control characters in its name: %j', (unrecognised) => {
    expect(() => eventOf({ unrecognised, native: {} })).toThrow(
      expect.objectContaining({
        code: 'PAYLOAD_INVALID',
        message: 'the name of the event contains control characters',
      }),
    )
  })
})
