/** Unauthenticated input is read in time that grows with its length: for every header, at every provider. */
import { describe, expect, test } from '@jest/globals'
import { samplesOf } from '../../src/testing/sample.js'
import { BUILT_IN } from '../support/built-in-providers.js'
import { receiverOf } from '../support/deliver.js'
import { responsively } from '../support/responsively.js'

/** The largest size of all headers that Node accepts if a shop has raised its limit to this size. */
const LENGTH = 62 * 1024

const fill = (part: string) => part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH)

/** Text that makes patterns backtrack: long runs of characters that may separate, begin or end a value. */
const HOSTILE: Readonly<Record<string, string>> = {
  'blanks behind a scheme': `Bearer ${fill(' ')}x`,
  'blanks alone': fill(' '),
  'blanks and line-like tabs': fill(' \t'),
  commas: fill(','),
  'entries of several signatures': fill('t=1,v1=00,'),
  'entries without an end': fill('v1='),
  'hex digits': fill('0a'),
  'base64 with padding': fill('aa=='),
  'digits, and no number': `${fill('1')}x`,
  dashes: fill('-'),
  colons: fill('a:'),
  'the beginnings of an address': fill('https://'),
  quotes: fill('"\\'),
}

describe.each(Object.entries(BUILT_IN))('%s', (_name, { provider: name, create, brings = () => true }) => {
  const [sample] = samplesOf(name).filter(({ name: one }) => brings(one))
  const provider = create(sample!.name)
  const { body, headers } = provider.sign(sample!.payload)
  const proofs = Object.keys(headers).filter((header) => header !== 'content-type')

  test('refuses every header that proves something, with anything in it, at once', async () => {
    for (const header of [...proofs, 'authorization', 'content-encoding', 'x-forwarded-for']) {
      for (const [what, value] of Object.entries(HOSTILE)) {
        const receiver = receiverOf(provider)
        const outcome = await responsively(() => receiver.deliver(body, { ...headers, [header]: value }, '203.0.113.7'))
        if (!proofs.includes(header)) continue
        expect({ header, what, kind: outcome.kind }).toEqual({ header, what, kind: 'not_authentic' })
        expect(receiver.events).toEqual([])
      }
    }
  })
})
