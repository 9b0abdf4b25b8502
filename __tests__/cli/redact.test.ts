/** No letter of a password is printed: neither in a message that repeats it, nor in one about a part of it. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../support/any-character.js'
import { isReadable, redact, withoutUrls } from '../../src/cli/redact.js'
import { storeUrl } from '../../src/cli/store/store-url.js'
import { runCommand } from '../support/run-command.js'

const RUNS = 500

const WITHHELD = /^\(the message is not shown, because a part of the password may be in it; /

const urlWith = (scheme: string, password: string) => `${scheme}://shop:${password}@127.0.0.1:6379/0`

const schemes = fc.constantFrom('redis', 'rediss', 'postgres', 'postgresql')

/** The password as somebody may write it into a URL, with and without characters that end it early. */
const passwords = fc.oneof(
  fc.string({ minLength: 1, maxLength: 24, unit: 'grapheme' }),
  fc.string({ minLength: 1, maxLength: 24, unit: anyCharacter }),
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...Array.from('aZ09/?#@:%[]\\ +&=')) }),
)

/** Every part that a parser may cut out of such a URL. */
function partsOf(url: string): string[] {
  const parts = url.split(/[/?#@:\s]+/)
  if (!URL.canParse(url)) return parts
  const { host, hostname, pathname, search, hash, username, password, href } = new URL(url)
  return [...parts, host, hostname, pathname, search, hash, username, password, href]
}

describe('a URL whose password is not escaped', () => {
  test('is refused in the same words, whatever the password, or is read as it is meant', () => {
    const refusal = messageOf('redis://shop:a/b@127.0.0.1')
    fc.assert(
      fc.property(schemes, passwords, (scheme, password) => {
        const url = urlWith(scheme, password)
        if (!isReadable(url)) return expect(messageOf(url)).toBe(refusal)
        const { hostname, port, username, password: read } = new URL(url)
        expect([hostname, port, username]).toEqual(['127.0.0.1', '6379', 'shop'])
        expect(decodeURIComponent(read)).toBe(decodeURIComponent(password))
      }),
      { numRuns: RUNS },
    )
  })

  test('has no message about any part of it shown', () => {
    fc.assert(
      fc.property(schemes, passwords, (scheme, password) => {
        const url = urlWith(scheme, password)
        fc.pre(!isReadable(url))
        for (const part of partsOf(url)) expect(redact(`getaddrinfo ENOTFOUND ${part}`, url)).toMatch(WITHHELD)
      }),
      { numRuns: RUNS },
    )
  })

  test.each([
    'redis://:q',
    'redis://shop:p@s/w@127.0.0.1',
    'redis://shop:q/s@127.0.0.1',
    'redis://shop:q?s@127.0.0.1',
    'redis://shop:q#s@127.0.0.1',
    'redis://shop:q@s@127.0.0.1',
    'redis://shop:q%s@127.0.0.1',
    'redis://shop:q%aas@127.0.0.1',
    'redis://shop:q s@127.0.0.1',
    'redis://shop:q\ts@127.0.0.1',
    'redis://shop:1/s@127.0.0.1',
    'postgres://shop:q@s/w@127.0.0.1/db',
    'postgresql://shop:q#s@127.0.0.1/db',
  ])('ends the command with 2, and without a letter of it: %j', async (url) => {
    const { code, stdout, stderr } = await runCommand(['events'], { env: { PAYMENT_WEBHOOKS_STORE: url } })
    expect([code, stdout, stderr]).toEqual([2, '', `${messageOf('redis://shop:a/b@127.0.0.1')}\n`])
  })
})

describe('a readable URL', () => {
  test('has its password in no message, in whatever form a message repeats it', () => {
    const forms = (url: string) => {
      const { password, href } = new URL(url)
      const plain = decodeURIComponent(password)
      return [url, href, password, plain, encodeURIComponent(plain), JSON.stringify(plain).slice(1, -1)]
    }
    fc.assert(
      fc.property(schemes, fc.string({ minLength: 1, maxLength: 24, unit: 'grapheme' }), (scheme, password) => {
        const url = urlWith(scheme, encodeURIComponent(password.toWellFormed()))
        expect(isReadable(url)).toBe(true)
        for (const form of forms(url)) {
          const shown = redact(`ERR refused: ${form}, 7 commands`, url)
          if (WITHHELD.test(shown)) continue
          expect(shown).toMatch(/^ERR refused: \*\*\*,? 7 commands$/)
        }
      }),
      { numRuns: RUNS },
    )
  })

  test.each([
    ['an ordinary word, which the rest of the sentence would tell', 'password', 'invalid password'],
    ['one letter', 'q', 'invalid request'],
    ['a number', '127', 'connect 127.0.0.1'],
    ['in other letters', 'QQ7', 'no qq7'],
  ])('has no message shown with %s', (_name, password, message) => {
    expect(redact(message, urlWith('redis', password))).toMatch(WITHHELD)
  })

  test('has every other message shown', () => {
    expect(redact('ERR unknown command', urlWith('redis', 'Pa-s7f3e1'))).toBe('ERR unknown command')
    expect(redact('disk is full', 'sqlite:/srv/shop@1/payments.db')).toBe('disk is full')
    expect(redact('disk is full', 'file:///srv/shop@1/payments.db')).toBe('disk is full')
    expect(redact('ERR unknown command')).toBe('ERR unknown command')
  })
})

describe('a URL in a message of the command itself', () => {
  test.each([
    ['no command "redis://shop:a b@c@127.0.0.1/0". Known: events', 'no command "*** Known: events'],
    ['http://127.0.0.1:3000/hook does not answer', 'http://127.0.0.1:3000/hook does not answer'],
  ])('%s', (message, shown) => expect(withoutUrls(message)).toBe(shown))
})

/** The message about a refused URL. */
function messageOf(url: string): string | undefined {
  try {
    storeUrl(url)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
